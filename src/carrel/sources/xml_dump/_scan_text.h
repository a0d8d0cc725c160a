/* Part of _scan.c: growing buffers, character data and markup. Nothing here knows of pages. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

typedef enum { OK, MORE, FOREIGN, FULL, END, NO_MEMORY } Outcome;

typedef struct {
    uint8_t *data;
    size_t length, room;
} Bytes;

/* Text of an element: escaped in `raw` bytes, `size` bytes when it is not. at == NULL: the element is not there. */
typedef struct {
    const uint8_t *at;
    size_t raw, size;
} Slice;

/* ---- growing buffers ---- */

static int add(Bytes *bytes, const void *data, size_t length) {
    if (bytes->length + length > bytes->room) {
        size_t room = bytes->room ? bytes->room : 1024;
        while (room < bytes->length + length)
            room *= 2;
        uint8_t *grown = realloc(bytes->data, room);
        if (grown == NULL)
            return 0;
        bytes->data = grown;
        bytes->room = room;
    }
    if (length)
        memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
    return 1;
}

/* ---- characters ---- */

/* The bytes of a character of several bytes that XML allows at `at`; 0: there is none; -1: it goes on behind `end`. */
static int wide(const uint8_t *at, const uint8_t *end) {
    uint8_t lead = at[0];
    int length = lead >= 0xC2 && lead <= 0xDF ? 2 : (lead & 0xF0) == 0xE0 ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
    if (length == 0)
        return 0;
    if (end - at < length)
        return -1;
    for (int index = 1; index < length; index++)
        if ((at[index] & 0xC0) != 0x80)
            return 0;
    uint8_t second = at[1];
    if (lead == 0xE0 && second < 0xA0)
        return 0;
    if (lead == 0xED && second > 0x9F)
        return 0; /* surrogates */
    if (lead == 0xEF && second == 0xBF && at[2] >= 0xBE)
        return 0; /* U+FFFE, U+FFFF */
    if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
        return 0;
    return length;
}

static const struct { const char *name; uint8_t length; char value; } ENTITIES[] = {
    {"&quot;", 6, '"'}, {"&lt;", 4, '<'}, {"&gt;", 4, '>'}, {"&amp;", 5, '&'}, {"&apos;", 6, '\''}, {"&#039;", 6, '\''},
};
enum { ENTITY_COUNT = 6, LONGEST_ENTITY = 6 };

static int entity(const uint8_t *at, const uint8_t *end, char *value) {
    for (int index = 0; index < ENTITY_COUNT; index++)
        if (end - at >= ENTITIES[index].length && memcmp(at, ENTITIES[index].name, ENTITIES[index].length) == 0) {
            *value = ENTITIES[index].value;
            return ENTITIES[index].length;
        }
    return end - at < LONGEST_ENTITY ? -1 : 0;
}

/* Passes over bytes that stand for themselves: neither markup nor control characters nor parts of wide ones. */
static const uint8_t *plain(const uint8_t *at, const uint8_t *end) {
#ifdef __SSE2__
    const __m128i lt = _mm_set1_epi8('<'), gt = _mm_set1_epi8('>'), amp = _mm_set1_epi8('&'), blank = _mm_set1_epi8(0x20), tab = _mm_set1_epi8('\t'),
                  line = _mm_set1_epi8('\n');
    while (end - at >= 16) {
        __m128i some = _mm_loadu_si128((const __m128i *)at);
        /* signed: bytes from 0x80 on are below the blank too */
        __m128i low = _mm_andnot_si128(_mm_or_si128(_mm_cmpeq_epi8(some, tab), _mm_cmpeq_epi8(some, line)), _mm_cmplt_epi8(some, blank));
        __m128i marks = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(some, lt), _mm_cmpeq_epi8(some, gt)), _mm_cmpeq_epi8(some, amp));
        int mask = _mm_movemask_epi8(_mm_or_si128(low, marks));
        if (mask)
            return at + __builtin_ctz((unsigned)mask);
        at += 16;
    }
#endif
    while (at < end && *at < 0x80 && (*at >= 0x20 || *at == '\t' || *at == '\n') && *at != '<' && *at != '>' && *at != '&')
        at++;
    return at;
}

/* Character data up to the next `<`. */
static Outcome characters(const uint8_t **place, const uint8_t *end, Slice *slice) {
    const uint8_t *at = *place;
    size_t saved = 0;
    for (;;) {
        at = plain(at, end);
        if (at == end)
            return MORE;
        int length = 1;
        char value;
        if (*at == '<')
            break;
        if (*at == '&') {
            length = entity(at, end, &value);
            saved += (size_t)(length > 0 ? length - 1 : 0);
        } else if (*at == '>') {
            if (at - *place >= 2 && at[-1] == ']' && at[-2] == ']')
                return FOREIGN;
        } else if (*at >= 0x80) {
            while ((length = wide(at, end)) > 0 && at + length < end && at[length] >= 0x80)
                at += length;
        } else {
            return FOREIGN; /* control characters; \r, which XML reads as \n */
        }
        if (length <= 0)
            return length < 0 ? MORE : FOREIGN;
        at += length;
    }
    slice->at = *place;
    slice->raw = (size_t)(at - *place);
    slice->size = slice->raw - saved;
    *place = at;
    return OK;
}

static int add_slice(Bytes *bytes, const Slice *slice) {
    const uint8_t *at = slice->at, *end = slice->at + slice->raw;
    if (slice->raw == slice->size)
        return add(bytes, at, slice->raw);
    while (at < end) {
        const uint8_t *mark = memchr(at, '&', (size_t)(end - at));
        if (mark == NULL)
            mark = end;
        if (!add(bytes, at, (size_t)(mark - at)))
            return 0;
        at = mark;
        if (at < end) {
            char value = 0;
            at += entity(at, end, &value);
            if (!add(bytes, &value, 1))
                return 0;
        }
    }
    return 1;
}

/* ---- markup ---- */

static int is_blank(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r'; }

static const uint8_t *skip(const uint8_t *at, const uint8_t *end) {
    while (at < end && is_blank(*at))
        at++;
    return at;
}

static Outcome literal(const uint8_t **place, const uint8_t *end, const char *text) {
    size_t length = strlen(text), there = (size_t)(end - *place);
    if (memcmp(*place, text, there < length ? there : length) != 0)
        return FOREIGN;
    if (there < length)
        return MORE;
    *place += length;
    return OK;
}

#define TRY(call) do { Outcome outcome_ = (call); if (outcome_ != OK) return outcome_; } while (0)

/* The name of the tag that begins at `<`, as one of `names`; `place` then stands behind it. */
static Outcome tag(const uint8_t **place, const uint8_t *end, const char *const *names, int *which) {
    const uint8_t *at = *place;
    if (at == end)
        return MORE;
    if (*at != '<')
        return FOREIGN;
    const uint8_t *from = ++at;
    while (at < end && ((*at >= 'a' && *at <= 'z') || *at == '1'))
        at++;
    if (at == end)
        return at - from > 32 ? FOREIGN : MORE;
    for (int index = 0; names[index]; index++)
        if (strlen(names[index]) == (size_t)(at - from) && memcmp(names[index], from, (size_t)(at - from)) == 0) {
            *which = index;
            *place = at;
            return OK;
        }
    return FOREIGN;
}

typedef struct {
    const char *name;
    Slice value;
} Attribute;

/* Attributes up to the end of the tag; `empty`: it ends in `/>`. Names that are not among `known` are foreign. Values hold no markup, but may hold entities. */
static Outcome attributes(const uint8_t **place, const uint8_t *end, Attribute *known, int count, int *empty) {
    const uint8_t *at = *place;
    for (;;) {
        const uint8_t *before = at;
        at = skip(at, end);
        if (at == end)
            return MORE;
        if (*at == '>') {
            *place = at + 1;
            *empty = 0;
            return OK;
        }
        if (*at == '/') {
            *empty = 1;
            TRY(literal(&at, end, "/>"));
            *place = at;
            return OK;
        }
        if (at == before)
            return FOREIGN;
        const uint8_t *from = at;
        while (at < end && *at != '=' && at - from < 32)
            at++;
        if (at == end)
            return MORE;
        Attribute *found = NULL;
        for (int index = 0; index < count; index++)
            if (strlen(known[index].name) == (size_t)(at - from) && memcmp(known[index].name, from, (size_t)(at - from)) == 0)
                found = &known[index];
        if (found == NULL || found->value.at)
            return FOREIGN;
        TRY(literal(&at, end, "=\""));
        from = at;
        while (at < end && *at != '"') {
            int length = 1;
            char value;
            if (*at == '<' || *at < 0x20)
                return FOREIGN;
            if (*at == '&')
                length = entity(at, end, &value);
            else if (*at >= 0x80)
                length = wide(at, end);
            if (length <= 0)
                return length < 0 ? MORE : FOREIGN;
            at += length;
        }
        if (at == end)
            return MORE;
        found->value.at = from;
        found->value.raw = found->value.size = (size_t)(at - from);
        at++;
    }
}

/* What is between `<name` and `</name>`, with the attributes that it may have. An empty tag is an empty text. */
static Outcome leaf(const uint8_t **place, const uint8_t *end, const char *name, Attribute *known, int count, Slice *slice, int *empty) {
    TRY(attributes(place, end, known, count, empty));
    if (*empty) {
        slice->at = *place;
        slice->raw = slice->size = 0;
        return OK;
    }
    TRY(characters(place, end, slice));
    TRY(literal(place, end, "</"));
    TRY(literal(place, end, name));
    return literal(place, end, ">");
}

static Outcome number(const Slice *slice, uint32_t *value) {
    uint64_t sum = 0;
    if (slice->raw == 0 || slice->raw > 10)
        return FOREIGN;
    for (size_t index = 0; index < slice->raw; index++) {
        if (slice->at[index] < '0' || slice->at[index] > '9')
            return FOREIGN;
        sum = sum * 10 + (uint64_t)(slice->at[index] - '0');
    }
    if (sum > UINT32_MAX)
        return FOREIGN;
    *value = (uint32_t)sum;
    return OK;
}
