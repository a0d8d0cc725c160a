/* The rows of INSERT statements as columns in Arrow's layout: the twin of `bulk.py` and `rows.py` for rows of ordinary form.
 *
 * scan(data, at, columns, heading) reads rows `(value,value,...)` that begin at data[at], with commas between them, and past a semicolon where `heading`, the
 * text from INSERT to the first bracket, comes again. A column is (kind, width): width is to how many bytes a text is filled up with zero bytes.
 * It gives (rows, end, state, arrays): `end` is where the next row begins, after the comma, or the semicolon; an array is (validity | None, values, data | None).
 * MORE: the data end before the next row does. END: a semicolon. OTHER: the row at `end` has a form that is not read here. FULL: as many rows as one array holds.
 * No byte outside of `data` is read, whatever stands in it. The GIL is not held while rows are read.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>
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
    if (negative ? column->kind >= UNSIGNED8 && number : number > HIGHEST[column->kind]) return OTHER;
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
    if (in->at == begin || !more_data(column, (size_t)(in->at - begin))) return in->at == begin ? OTHER : NO_MEMORY;
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
    State state = READ;
    if (*in->at == '_') state = introducer(in);
    if (state != READ) return state;
    if (*in->at == '\'') return quoted(in, column);
    if (*in->at == '0' && in->end - in->at >= 2 && in->at[1] == 'x') return hexadecimal(in, column);
    return token(in, column);
}

/* --- rows */

static State value(Input *in, Column *column, size_t row) {
    State state;
    if (in->at >= in->end) return MORE;
    mark(column, row, 1);
    if (*in->at == 'N') {
        state = next_is(in, "NULL", 4);
        if (state != READ) return state;
        mark(column, row, 0);
        if (column->kind < NUMBER) memset(column->values + WIDTHS[column->kind] * row, 0, WIDTHS[column->kind]);
        state = at_delimiter(in);
    } else if (column->kind < NUMBER) {
        return integer(in, column, row);
    } else if (column->kind == NUMBER) {
        state = token(in, column);
    } else {
        size_t begin = column->length;
        state = text(in, column);
        if (state == READ && column->length - begin < (size_t)column->width) {
            size_t missing = (size_t)column->width - (column->length - begin);
            if (!more_data(column, missing)) return NO_MEMORY;
            memset(column->data + column->length, 0, missing);
            column->length += missing;
        }
    }
    if (state == READ) {
        int32_t offset = (int32_t)column->length;
        if (column->length > (row ? MANY_BYTES : MOST_BYTES)) return FULL;
        memcpy(column->values + 4 * (row + 1), &offset, 4);
    }
    return state;
}

/* One row with its comma; at a semicolon, without it. */
static State one_row(Input *in, Rows *rows, const uint8_t *heading, size_t heading_length) {
    Py_ssize_t number;
    if (in->at >= in->end) return MORE;
    if (*in->at != '(') return OTHER;
    in->at++;
    for (number = 0; number < rows->count; number++) {
        State state;
        if (number) {
            if (in->at >= in->end) return MORE;
            if (*in->at != ',') return OTHER;
            in->at++;
            skip_space(in);
        }
        state = value(in, rows->columns + number, rows->rows);
        if (state != READ) return state;
        skip_space(in);
    }
    if (in->at >= in->end) return MORE;
    if (*in->at != ')') return OTHER;
    in->at++;
    if (in->at >= in->end) return MORE;
    if (*in->at == ',') {
        in->at++;
        skip_space(in);
        return in->at < in->end ? READ : MORE;
    }
    if (*in->at != ';') return OTHER;
    if (heading_length) {
        Input next = *in;
        next.at++;
        skip_space(&next);
        if ((size_t)(next.end - next.at) > heading_length && memcmp(next.at, heading, heading_length) == 0) {
            in->at = next.at + heading_length;
            return READ;
        }
    }
    return END;
}

static State all_rows(Input *in, Rows *rows, const uint8_t *heading, size_t heading_length) {
    for (;;) {
        const uint8_t *begin = in->at;
        State state;
        Py_ssize_t number;
        if (rows->rows + 1 >= rows->capacity && !more_rows(rows)) return NO_MEMORY;
        state = one_row(in, rows, heading, heading_length);
        if (state == READ || state == END) {
            for (number = 0; number < rows->count; number++) rows->columns[number].kept = rows->columns[number].length;
            rows->rows++;
            if (state == END) return END;
        } else {
            in->at = begin;
            for (number = 0; number < rows->count; number++) rows->columns[number].length = rows->columns[number].kept;
            return state == FULL && !rows->rows ? OTHER : state;
        }
    }
}

/* --- to and from Python's objects */

static PyObject *array_of(const Column *column, size_t rows) {
    PyObject *validity = NULL, *values = NULL, *data = NULL, *array = NULL;
    int texts = column->kind >= NUMBER, nulls = 0;
    size_t row, width = WIDTHS[column->kind];
    for (row = 0; row < rows / 8 && !nulls; row++) nulls = column->validity[row] != 0xFF;
    for (row = rows / 8 * 8; row < rows && !nulls; row++) nulls = !(column->validity[row >> 3] >> (row & 7) & 1);
    validity = nulls ? PyBytes_FromStringAndSize((const char *)column->validity, (Py_ssize_t)(rows + 7) / 8) : Py_NewRef(Py_None);
    values = PyBytes_FromStringAndSize((const char *)column->values, (Py_ssize_t)((rows + (size_t)texts) * width));
    data = texts ? PyBytes_FromStringAndSize((const char *)column->data, (Py_ssize_t)column->kept) : Py_NewRef(Py_None);
    if (validity != NULL && values != NULL && data != NULL) array = PyTuple_Pack(3, validity, values, data);
    Py_XDECREF(validity);
    Py_XDECREF(values);
    Py_XDECREF(data);
    return array;
}

static PyObject *result(const Rows *rows, State state, Py_ssize_t end) {
    PyObject *arrays, *found = NULL;
    Py_ssize_t number;
    if (state == NO_MEMORY) return PyErr_NoMemory();
    arrays = PyList_New(rows->count);
    if (arrays == NULL) return NULL;
    for (number = 0; number < rows->count; number++) {
        PyObject *array = array_of(rows->columns + number, rows->rows);
        if (array == NULL || PyList_SetItem(arrays, number, array) < 0) {
            Py_DECREF(arrays);
            return NULL;
        }
    }
    found = Py_BuildValue("nniO", (Py_ssize_t)rows->rows, end, (int)state, arrays);
    Py_DECREF(arrays);
    return found;
}

static int read_columns(PyObject *described, Rows *rows) {
    Py_ssize_t number;
    for (number = 0; number < rows->count; number++) {
        Column *column = rows->columns + number;
        if (!PyArg_ParseTuple(PyTuple_GetItem(described, number), "in", &column->kind, &column->width)) return 0;
        if (column->kind < SIGNED8 || column->kind >= KINDS || column->width < 0 || column->width > 1 << 16) {
            PyErr_SetString(PyExc_ValueError, "a column that is not described as it must be");
            return 0;
        }
    }
    return 1;
}

static void release(Rows *rows) {
    Py_ssize_t number;
    for (number = 0; number < rows->count; number++) {
        free(rows->columns[number].validity);
        free(rows->columns[number].values);
        free(rows->columns[number].data);
    }
    free(rows->columns);
}

static PyObject *scan(PyObject *module, PyObject *args) {
    PyObject *described, *found = NULL;
    Py_buffer data, heading;
    Py_ssize_t at, number;
    Rows rows = {NULL, 0, 0, 0};
    (void)module;
    if (!PyArg_ParseTuple(args, "y*nO!y*", &data, &at, &PyTuple_Type, &described, &heading)) return NULL;
    rows.count = PyTuple_Size(described);
    if (rows.count < 1 || rows.count > MOST_COLUMNS || at < 0 || at > data.len) {
        PyErr_SetString(PyExc_ValueError, "no columns, or a place outside of the data");
    } else if ((rows.columns = calloc((size_t)rows.count, sizeof(Column))) == NULL) {
        PyErr_NoMemory();
    } else if (read_columns(described, &rows)) {
        Input in = {(const uint8_t *)data.buf + at, (const uint8_t *)data.buf + data.len};
        State state = NO_MEMORY;
        Py_BEGIN_ALLOW_THREADS
        if (more_rows(&rows)) {
            for (number = 0; number < rows.count; number++)
                if (rows.columns[number].kind >= NUMBER) memset(rows.columns[number].values, 0, 4);
            state = all_rows(&in, &rows, heading.buf, (size_t)heading.len);
        }
        Py_END_ALLOW_THREADS
        found = result(&rows, state, in.at - (const uint8_t *)data.buf);
    }
    if (rows.columns != NULL) release(&rows);
    PyBuffer_Release(&data);
    PyBuffer_Release(&heading);
    return found;
}

static PyMethodDef METHODS[] = {
    {"scan", scan, METH_VARARGS, "scan(data, at, columns, heading) -> (rows, end, state, [(validity | None, values, data | None)])"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "carrel.sources.sql_dump._scan", NULL, 0, METHODS, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__scan(void) {
    return PyModule_Create(&MODULE);
}
