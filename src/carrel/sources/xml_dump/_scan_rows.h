/* Part of _scan.c: pages and revisions into columns. */
enum { BETWEEN, BODY };
enum { U32, I32, U8, TEXT, STAMP };
enum { REV_ID, REV_PAGE, REV_TEXT_ID, REV_COMMENT, REV_USER, REV_USER_TEXT, REV_TIMESTAMP, REV_MINOR, REV_DELETED, REV_LEN, REV_PARENT, REV_SHA1, REV_MODEL,
       REV_FORMAT, OLD_ID, OLD_TEXT, PAGE_ID, PAGE_NAMESPACE, PAGE_TITLE, PAGE_RESTRICTIONS, PAGE_REDIRECT, COLUMNS };
static const int KINDS[COLUMNS] = {U32, U32, U32, TEXT, U32, TEXT, STAMP, U8, U8, U32, U32, TEXT, TEXT, TEXT, U32, TEXT, U32, I32, TEXT, TEXT, U8};
static const int TABLES[4] = {REV_ID, OLD_ID, PAGE_ID, COLUMNS};
enum { STAMP_BYTES = 14, SEEN_PER_BLOCK = 32768, SEEN_BLOCKS = 131072, MOST_HEAD = 1 << 16 };

typedef struct {
    Bytes values, offsets, valid; /* offsets: where each text ends; valid: a byte a row */
    size_t rows, nulls;
} Column;

typedef struct {
    int32_t number;
    uint8_t *name;
    size_t length;
} Namespace;

typedef struct {
    Py_buffer bits, touched;
} Seen;

typedef struct {
    PyObject_HEAD
    Column columns[COLUMNS];
    Namespace *namespaces;
    Py_ssize_t namespace_count;
    Seen pages, revisions;
    int with_text, state, page_redirect;
    size_t ended; /* pages */
    uint32_t page_id;
    int32_t page_namespace;
    Bytes title, restrictions, head;
    int has_restrictions;
    size_t first[3]; /* rows of each table before the page that is open */
} Scanner;

/* ---- columns ---- */

static int add_row(Column *column, int kind, const void *value, size_t length, int valid) {
    uint8_t flag = (uint8_t)valid;
    if (!add(&column->values, value, length) || !add(&column->valid, &flag, 1))
        return 0;
    if (kind == TEXT) {
        int32_t end = (int32_t)column->values.length;
        if (!add(&column->offsets, &end, sizeof end))
            return 0;
    }
    column->nulls += !valid;
    column->rows++;
    return 1;
}

static int add_u32(Scanner *self, int which, uint32_t value, int valid) {
    return add_row(&self->columns[which], U32, &value, sizeof value, valid);
}

static int add_u8(Scanner *self, int which, int value) {
    uint8_t small = (uint8_t)value;
    return add_row(&self->columns[which], U8, &small, 1, 1);
}

static int add_text(Scanner *self, int which, const Slice *slice) {
    static const Slice empty = {(const uint8_t *)"", 0, 0};
    const Slice *chosen = slice->at ? slice : &empty;
    return add_slice(&self->columns[which].values, chosen) && add_row(&self->columns[which], TEXT, NULL, 0, slice->at != NULL);
}

/* ---- numbers that have been seen ---- */

/* Whether the number has been seen before; from now on it has. Beyond the blocks that may be touched nothing is known, and nothing has been seen. */
static int is_new(Seen *seen, uint32_t value, int mark) {
    uint8_t *bits = seen->bits.buf, *touched = seen->touched.buf;
    uint32_t count, most;
    memcpy(&count, touched + SEEN_BLOCKS, 4);
    memcpy(&most, touched + SEEN_BLOCKS + 4, 4);
    if (!touched[value / SEEN_PER_BLOCK]) {
        if (count >= most || !mark)
            return 1;
        touched[value / SEEN_PER_BLOCK] = 1;
        count++;
        memcpy(touched + SEEN_BLOCKS, &count, 4);
    }
    if (bits[value >> 3] >> (value & 7) & 1)
        return 0;
    if (mark)
        bits[value >> 3] |= (uint8_t)(1 << (value & 7));
    return 1;
}

static void forget(Seen *seen, uint32_t value) {
    if (((uint8_t *)seen->touched.buf)[value / SEEN_PER_BLOCK])
        ((uint8_t *)seen->bits.buf)[value >> 3] &= (uint8_t) ~(1 << (value & 7));
}

/* ---- pages ---- */

static const char *const PAGE_TAGS[] = {"title", "ns", "id", "redirect", "restrictions", "revision", NULL};
enum { P_TITLE, P_NS, P_ID, P_REDIRECT, P_RESTRICTIONS, P_REVISION };

static int contains(const Bytes *bytes, const char *text) {
    size_t length = strlen(text);
    for (size_t index = 0; index + length <= bytes->length; index++)
        if (memcmp(bytes->data + index, text, length) == 0)
            return 1;
    return 0;
}

static Outcome store_title(Scanner *self, const Slice *title) {
    self->title.length = 0;
    if (!add_slice(&self->title, title))
        return NO_MEMORY;
    const Namespace *space = NULL;
    for (Py_ssize_t index = 0; index < self->namespace_count; index++)
        if (self->namespaces[index].number == self->page_namespace)
            space = &self->namespaces[index];
    if (space == NULL || self->title.length == 0)
        return FOREIGN;
    size_t cut = space->length ? space->length + 1 : 0;
    if (cut && (self->title.length <= cut || memcmp(self->title.data, space->name, space->length) != 0 || self->title.data[space->length] != ':'))
        return FOREIGN;
    if (cut) {
        memmove(self->title.data, self->title.data + cut, self->title.length - cut);
        self->title.length -= cut;
    } else if (self->page_namespace != 0 || contains(&self->title, "Badtitle/NS")) {
        return FOREIGN; /* Special:Badtitle/NS…, which the exact parser tells apart */
    }
    for (size_t index = 0; index < self->title.length; index++)
        if (self->title.data[index] == ' ')
            self->title.data[index] = '_';
    return OK;
}

static Outcome signed_number(Slice slice, int32_t *value) {
    int negative = slice.raw > 1 && slice.at[0] == '-';
    uint32_t size;
    slice.at += negative;
    slice.raw -= (size_t)negative;
    TRY(number(&slice, &size));
    if (size > INT32_MAX)
        return FOREIGN;
    *value = negative ? -(int32_t)size : (int32_t)size;
    return OK;
}

/* From `<page>` up to the first <revision> or </page>. */
static Outcome page_head(Scanner *self, const uint8_t **place, const uint8_t *end) {
    const uint8_t *at = *place;
    Slice slices[P_REVISION] = {{0}};
    TRY(literal(&at, end, "<page>"));
    const uint8_t *from = at;
    for (;;) {
        int which, empty;
        at = skip(at, end);
        const uint8_t *here = at;
        if (end - at < 2)
            return MORE;
        if (at[1] == '/')
            break;
        TRY(tag(&at, end, PAGE_TAGS, &which));
        if (which == P_REVISION) {
            at = here;
            break;
        }
        if (slices[which].at)
            return FOREIGN;
        Attribute title = {"title", {0}};
        TRY(leaf(&at, end, PAGE_TAGS[which], &title, which == P_REDIRECT, &slices[which], &empty));
    }
    if (!slices[P_TITLE].at || !slices[P_NS].at || !slices[P_ID].at || at - from > MOST_HEAD)
        return FOREIGN;
    TRY(signed_number(slices[P_NS], &self->page_namespace));
    TRY(number(&slices[P_ID], &self->page_id));
    TRY(store_title(self, &slices[P_TITLE]));
    self->page_redirect = slices[P_REDIRECT].at != NULL;
    self->has_restrictions = slices[P_RESTRICTIONS].at != NULL;
    self->restrictions.length = self->head.length = 0;
    if ((self->has_restrictions && !add_slice(&self->restrictions, &slices[P_RESTRICTIONS])) || !add(&self->head, from, (size_t)(at - from)))
        return NO_MEMORY;
    if (!is_new(&self->pages, self->page_id, 1))
        return FOREIGN;
    for (int table = 0; table < 3; table++)
        self->first[table] = self->columns[TABLES[table]].rows;
    self->state = BODY;
    *place = at;
    return OK;
}

static Outcome page_end(Scanner *self) {
    Column *columns = self->columns;
    if (!add_u32(self, PAGE_ID, self->page_id, 1) || !add_row(&columns[PAGE_NAMESPACE], I32, &self->page_namespace, 4, 1) ||
        !add_row(&columns[PAGE_TITLE], TEXT, self->title.data, self->title.length, 1) ||
        !add_row(&columns[PAGE_RESTRICTIONS], TEXT, self->restrictions.data, self->restrictions.length, self->has_restrictions) ||
        !add_u8(self, PAGE_REDIRECT, self->page_redirect))
        return NO_MEMORY;
    self->state = BETWEEN;
    self->ended++;
    return OK;
}

/* ---- revisions ---- */

static const char *const REVISION_TAGS[] = {"id", "parentid", "timestamp", "contributor", "minor", "comment", "origin", "model", "format", "text", "sha1", NULL};
enum { R_ID, R_PARENT, R_TIMESTAMP, R_CONTRIBUTOR, R_MINOR, R_COMMENT, R_ORIGIN, R_MODEL, R_FORMAT, R_TEXT, R_SHA1, R_COUNT };
static const char *const CONTRIBUTOR_TAGS[] = {"username", "id", "ip", NULL};
enum { C_USERNAME, C_ID, C_IP, C_COUNT };
enum { T_BYTES, T_ID, T_LOCATION, T_SHA1, T_DELETED, T_SPACE, T_COUNT };

typedef struct {
    Slice parts[R_COUNT], contributor[C_COUNT];
    Attribute text[T_COUNT];
    int deleted, text_empty;
} Revision;

static Outcome contributor(const uint8_t **place, const uint8_t *end, Revision *revision) {
    int empty, ignored;
    Attribute deleted = {"deleted", {0}};
    TRY(attributes(place, end, &deleted, 1, &empty));
    revision->parts[R_CONTRIBUTOR].at = *place;
    if (deleted.value.at)
        revision->deleted |= 4;
    while (!empty) {
        int which;
        *place = skip(*place, end);
        if (end - *place < 2)
            return MORE;
        if ((*place)[1] == '/')
            return literal(place, end, "</contributor>");
        TRY(tag(place, end, CONTRIBUTOR_TAGS, &which));
        if (revision->contributor[which].at)
            return FOREIGN;
        TRY(leaf(place, end, CONTRIBUTOR_TAGS[which], NULL, 0, &revision->contributor[which], &ignored));
    }
    return OK;
}

static Outcome revision_parts(const uint8_t **place, const uint8_t *end, Revision *revision) {
    const uint8_t *at = *place;
    TRY(literal(&at, end, "<revision>"));
    for (;;) {
        int which, empty;
        at = skip(at, end);
        if (end - at < 2)
            return MORE;
        if (at[1] == '/') {
            TRY(literal(&at, end, "</revision>"));
            *place = at;
            return OK;
        }
        TRY(tag(&at, end, REVISION_TAGS, &which));
        if (revision->parts[which].at)
            return FOREIGN;
        if (which == R_CONTRIBUTOR) {
            TRY(contributor(&at, end, revision));
        } else if (which == R_TEXT) {
            TRY(leaf(&at, end, "text", revision->text, T_COUNT, &revision->parts[R_TEXT], &revision->text_empty));
        } else {
            Attribute deleted = {"deleted", {0}};
            TRY(leaf(&at, end, REVISION_TAGS[which], &deleted, which == R_COMMENT, &revision->parts[which], &empty));
            if (deleted.value.at)
                revision->deleted |= 2;
        }
    }
}

static Outcome timestamp(const Slice *slice, char *out) {
    static const char form[] = "0000-00-00T00:00:00Z";
    if (slice->at == NULL || slice->raw != sizeof form - 1)
        return FOREIGN;
    int count = 0;
    for (size_t index = 0; index < slice->raw; index++) {
        uint8_t byte = slice->at[index];
        if (form[index] == '0' ? byte < '0' || byte > '9' : byte != (uint8_t)form[index])
            return FOREIGN;
        if (form[index] == '0')
            out[count++] = (char)byte;
    }
    return OK;
}

/* The number in `location` (tt:42) or `id`; `there`: whether it has one. */
static Outcome text_id(const Attribute *attributes_, uint32_t *value, int *there) {
    Slice chosen = attributes_[T_LOCATION].value.raw ? attributes_[T_LOCATION].value : attributes_[T_ID].value;
    *there = 0;
    if (chosen.raw == 0)
        return OK;
    if (chosen.raw > 3 && memcmp(chosen.at, "tt:", 3) == 0) {
        chosen.at += 3;
        chosen.raw -= 3;
    }
    *there = 1;
    return number(&chosen, value);
}

static Outcome add_revision(Scanner *self, Revision *revision) {
    Slice *parts = revision->parts, *text = &parts[R_TEXT], none = {0}, user = {0};
    uint32_t id, parent = 0, length = 0, address = 0, user_id = 0;
    int has_length = revision->text[T_BYTES].value.raw > 0, has_address, has_user_id = 0;
    char stamp[STAMP_BYTES];
    if (parts[R_ID].at == NULL)
        return FOREIGN;
    TRY(number(&parts[R_ID], &id));
    TRY(timestamp(&parts[R_TIMESTAMP], stamp));
    if (parts[R_PARENT].at)
        TRY(number(&parts[R_PARENT], &parent));
    if (revision->text[T_DELETED].value.at)
        revision->deleted |= 1;
    if (has_length)
        TRY(number(&revision->text[T_BYTES].value, &length));
    TRY(text_id(revision->text, &address, &has_address));
    int is_inline = text->at && !(revision->deleted & 1);
    if (is_inline && text->size == 0 && (revision->text[T_LOCATION].value.at || revision->text[T_ID].value.at || length > 0))
        is_inline = 0;
    if (is_inline && has_length && length != text->size)
        return FOREIGN;
    if (is_inline && !has_length) {
        has_length = 1;
        length = (uint32_t)text->size;
    }
    if (!(revision->deleted & 4)) {
        user = revision->contributor[C_USERNAME];
        if (revision->contributor[C_IP].at) {
            user = revision->contributor[C_IP];
            has_user_id = 1;
        } else if (revision->contributor[C_ID].at) {
            TRY(number(&revision->contributor[C_ID], &user_id));
            has_user_id = 1;
        }
    }
    if (!is_new(&self->revisions, id, 1))
        return FOREIGN;
    static const Slice empty = {(const uint8_t *)"", 0, 0};
    const Slice *comment = revision->deleted & 2 ? &none : parts[R_COMMENT].at ? &parts[R_COMMENT] : &empty;
    const Slice *sha1 = (revision->deleted & 1) || parts[R_SHA1].raw == 0 ? &none : &parts[R_SHA1];
    int keeps = is_inline && self->with_text;
    if (keeps && (!add_u32(self, OLD_ID, id, 1) || !add_text(self, OLD_TEXT, text)))
        return NO_MEMORY;
    if (!add_u32(self, REV_ID, id, 1) || !add_u32(self, REV_PAGE, self->page_id, 1) || !add_u32(self, REV_TEXT_ID, keeps ? id : address, keeps || has_address) ||
        !add_text(self, REV_COMMENT, comment) || !add_u32(self, REV_USER, user_id, has_user_id) || !add_text(self, REV_USER_TEXT, &user) ||
        !add_row(&self->columns[REV_TIMESTAMP], STAMP, stamp, STAMP_BYTES, 1) || !add_u8(self, REV_MINOR, parts[R_MINOR].at != NULL) ||
        !add_u8(self, REV_DELETED, revision->deleted) || !add_u32(self, REV_LEN, length, has_length) ||
        !add_u32(self, REV_PARENT, parent, parts[R_PARENT].at != NULL) || !add_text(self, REV_SHA1, sha1) || !add_text(self, REV_MODEL, &parts[R_MODEL]) ||
        !add_text(self, REV_FORMAT, &parts[R_FORMAT]))
        return NO_MEMORY;
    return OK;
}

static Outcome revision(Scanner *self, const uint8_t **place, const uint8_t *end) {
    static const char *const names[T_COUNT] = {"bytes", "id", "location", "sha1", "deleted", "xml:space"};
    const uint8_t *at = *place;
    Revision found;
    memset(&found, 0, sizeof found);
    for (int index = 0; index < T_COUNT; index++)
        found.text[index].name = names[index];
    TRY(revision_parts(&at, end, &found));
    TRY(add_revision(self, &found));
    *place = at;
    return OK;
}
