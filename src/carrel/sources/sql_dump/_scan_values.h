/* Values of a row as entries of columns in Arrow's layout: whole numbers, numbers as they are written, texts. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SIGNED8 = 1, SIGNED16, SIGNED32, SIGNED64, UNSIGNED8, UNSIGNED16, UNSIGNED32, UNSIGNED64, NUMBER, TEXT, KINDS };
static const uint8_t WIDTHS[KINDS] = {0, 1, 2, 4, 8, 1, 2, 4, 8, 4, 4};
enum { MOST_COLUMNS = 4096, MOST_BYTES = 1 << 30, MANY_BYTES = 1 << 26, SPARE = 16 }; /* MANY_BYTES: of one column, but for a single longer value */

typedef enum { MORE, END, OTHER, FULL, NO_MEMORY, READ } State;

typedef struct {
    int kind;
    Py_ssize_t width;
    uint8_t *validity, *values, *data;
    size_t length, capacity; /* of data, in bytes */
    size_t kept;             /* length when the last whole row ended */
} Column;

typedef struct {
    const uint8_t *at, *end;
} Input;

typedef struct {
    Column *columns;
    Py_ssize_t count;
    size_t rows, capacity;
} Rows;

/* --- room */

static int more_data(Column *column, size_t needed) {
    size_t capacity = column->capacity;
    uint8_t *data;
    if (capacity - column->length >= needed + SPARE) return 1;
    while (capacity - column->length < needed + SPARE) capacity = capacity ? capacity * 2 : 1 << 14;
    data = realloc(column->data, capacity);
    if (data == NULL) return 0;
    column->data = data;
    column->capacity = capacity;
    return 1;
}

static int more_rows(Rows *rows) {
    size_t capacity = rows->capacity ? rows->capacity * 2 : 2048;
    Py_ssize_t number;
    for (number = 0; number < rows->count; number++) {
        Column *column = rows->columns + number;
        uint8_t *values = realloc(column->values, (capacity + 1) * WIDTHS[column->kind]), *validity;
        if (values == NULL) return 0;
        column->values = values;
        validity = realloc(column->validity, capacity / 8);
        if (validity == NULL) return 0;
        column->validity = validity;
    }
    rows->capacity = capacity;
    return 1;
}

static void mark(Column *column, size_t row, int valid) {
    uint8_t bit = (uint8_t)(1 << (row & 7));
    if (valid) column->validity[row >> 3] |= bit;
    else column->validity[row >> 3] &= (uint8_t)~bit;
}

/* --- small pieces of the input */

static int is_digit(uint8_t byte) {
    return (uint8_t)(byte - '0') < 10;
}

static int is_space(uint8_t byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static void skip_space(Input *in) {
    while (in->at < in->end && is_space(*in->at)) in->at++;
}

static State next_is(Input *in, const char *text, size_t length) {
    size_t left = (size_t)(in->end - in->at);
    if (left < length) return memcmp(in->at, text, left) == 0 ? MORE : OTHER;
    if (memcmp(in->at, text, length) != 0) return OTHER;
    in->at += length;
    return READ;
}

/* What stands after a value: one of two signs. */
static State at_delimiter(const Input *in) {
    if (in->at >= in->end) return MORE;
    return *in->at == ',' || *in->at == ')' || is_space(*in->at) ? READ : OTHER;
}

/* --- numbers */

static const uint64_t HIGHEST[KINDS] = {0, INT8_MAX, INT16_MAX, INT32_MAX, INT64_MAX, UINT8_MAX, UINT16_MAX, UINT32_MAX, UINT64_MAX};

static State integer(Input *in, Column *column, size_t row) {
    int negative = 0, quoted = 0;
    const uint8_t *begin;
    uint64_t number = 0;
    int64_t stored;
    if (*in->at == '\'') {
        quoted = 1;
        in->at++;
    }
    if (in->at < in->end && (*in->at == '-' || *in->at == '+')) negative = *in->at++ == '-';
    begin = in->at;
    while (in->at < in->end && is_digit(*in->at)) {
        uint64_t digit = (uint64_t)(*in->at - '0');
        if (in->at - begin >= 18 && number > (UINT64_MAX - digit) / 10) return OTHER;
        number = number * 10 + digit;
        in->at++;
    }
    if (in->at >= in->end) return MORE;
    if (in->at == begin) return OTHER;
    if (quoted && *in->at++ != '\'') return OTHER;
    if (negative ? column->kind >= UNSIGNED8 : number > HIGHEST[column->kind]) return OTHER;
    if (negative && number > HIGHEST[column->kind] + 1) return OTHER;
    stored = (int64_t)(negative ? (uint64_t)0 - number : number);
    switch (WIDTHS[column->kind]) {
    case 1: { int8_t narrow = (int8_t)stored; memcpy(column->values + row, &narrow, 1); break; }
    case 2: { int16_t narrow = (int16_t)stored; memcpy(column->values + 2 * row, &narrow, 2); break; }
    case 4: { int32_t narrow = (int32_t)stored; memcpy(column->values + 4 * row, &narrow, 4); break; }
    default: memcpy(column->values + 8 * row, &stored, 8);
    }
    return at_delimiter(in);
}

/* A number of any kind, as it is written: `-1.5e10`. */
static State token(Input *in, Column *column) {
    const uint8_t *begin = in->at;
    size_t length;
    int digits = 0;
    if (*in->at == '-') in->at++;
    while (in->at < in->end && is_digit(*in->at)) in->at++, digits++;
    if (in->at < in->end && *in->at == '.') {
        in->at++;
        while (in->at < in->end && is_digit(*in->at)) in->at++, digits++;
    }
    if (in->at < in->end && digits && (*in->at == 'e' || *in->at == 'E')) {
        in->at++;
        if (in->at < in->end && (*in->at == '-' || *in->at == '+')) in->at++;
        if (in->at < in->end && !is_digit(*in->at)) return OTHER;
        while (in->at < in->end && is_digit(*in->at)) in->at++;
    }
    if (in->at >= in->end) return MORE;
    if (!digits) return OTHER;
    length = (size_t)(in->at - begin);
    if (!more_data(column, length)) return NO_MEMORY;
    memcpy(column->data + column->length, begin, length);
    column->length += length;
    return at_delimiter(in);
}

/* --- text */

static uint64_t bytes_equal(uint64_t word, uint8_t byte) {
    uint64_t other = word ^ (0x0101010101010101u * byte);
    return (other - 0x0101010101010101u) & ~other & 0x8080808080808080u;
}

/* Copies up to the next quote or backslash. SPARE bytes are free beyond what is counted, so that whole words can be written. */
static State plain(Input *in, Column *column) {
    for (;;) {
        uint64_t word;
        uint8_t byte;
        if (column->capacity - column->length < 2 * SPARE && !more_data(column, 4096)) return NO_MEMORY;
        if (in->end - in->at >= 8) {
            memcpy(&word, in->at, 8);
            if (!(bytes_equal(word, '\'') | bytes_equal(word, '\\'))) {
                memcpy(column->data + column->length, &word, 8);
                column->length += 8;
                in->at += 8;
                continue;
            }
        }
        while (in->at < in->end && (byte = *in->at) != '\'' && byte != '\\') {
            column->data[column->length++] = byte;
            in->at++;
            if (column->capacity - column->length < 2 * SPARE) break;
        }
        if (in->at >= in->end) return MORE;
        if (*in->at == '\'' || *in->at == '\\') return READ;
    }
}

static void escaped(Column *column, uint8_t byte) {
    uint8_t *out = column->data + column->length;
    switch (byte) {
    case '0': *out = 0; break;
    case 'n': *out = '\n'; break;
    case 'r': *out = '\r'; break;
    case 't': *out = '\t'; break;
    case 'b': *out = '\b'; break;
    case 'Z': *out = 0x1a; break;
    case '%': case '_':
        out[0] = '\\';
        out[1] = byte;
        column->length++;
        break;
    default: *out = byte;
    }
    column->length++;
}

static State quoted(Input *in, Column *column) {
    in->at++;
    for (;;) {
        State state = plain(in, column);
        if (state != READ) return state;
        if (in->end - in->at < 2) return MORE;
        if (*in->at == '\\') {
            escaped(column, in->at[1]);
            in->at += 2;
        } else if (in->at[1] == '\'') {
            column->data[column->length++] = '\'';
            in->at += 2;
        } else {
            in->at++;
            return at_delimiter(in);
        }
    }
}

static int digit_of(uint8_t byte) {
    if (is_digit(byte)) return byte - '0';
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static State hexadecimal(Input *in, Column *column) {
    const uint8_t *begin = in->at + 2;
    int half = 0;
    if (in->end - in->at < 3) return MORE;
    for (in->at = begin; in->at < in->end && digit_of(*in->at) >= 0;) in->at++;
    if (in->at >= in->end) return MORE;
    if (in->at == begin) return OTHER;
    if (!more_data(column, (size_t)(in->at - begin))) return NO_MEMORY;
    if ((in->at - begin) & 1) {
        column->data[column->length++] = (uint8_t)digit_of(*begin++);
    }
    for (; begin < in->at; begin++) {
        half = half << 4 | digit_of(*begin);
        if ((in->at - begin) & 1) {
            column->data[column->length++] = (uint8_t)half;
            half = 0;
        }
    }
    return at_delimiter(in);
}

/* `_binary ` and its like, which say what the text's bytes are already. */
static State introducer(Input *in) {
    static const char *const KNOWN[] = {"_binary", "_utf8mb4", "_utf8mb3", "_utf8"};
    size_t number;
    for (number = 0; number < sizeof KNOWN / sizeof *KNOWN; number++) {
        Input here = *in;
        State state = next_is(&here, KNOWN[number], strlen(KNOWN[number]));
        if (state == MORE) return MORE;
        if (state != READ) continue;
        if (here.at >= here.end) return MORE;
        if (*here.at != ' ' && *here.at != '\'') continue;
        skip_space(&here);
        *in = here;
        return here.at < here.end ? READ : MORE;
    }
    return OTHER;
}

static State text(Input *in, Column *column) {
    int introduced = *in->at == '_';
    State state = introduced ? introducer(in) : READ;
    if (state != READ) return state;
    if (*in->at == '\'') return quoted(in, column);
    if (*in->at == '0' && in->end - in->at >= 2 && in->at[1] == 'x') return hexadecimal(in, column);
    if (introduced) return in->end - in->at < 2 ? MORE : OTHER;
    return token(in, column);
}
