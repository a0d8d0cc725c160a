/* Rows of Arrow columns as bytes: MySQL's text rows, ready framed, and tab-separated lines. The twin of what `_rows.py` tells, for the plain kinds of columns.
 *
 * wire(columns, start, rows, sequence, out) and tabs(columns, start, rows, out) write rows start .. rows - 1 of the columns into the writable buffer `out`
 * and give (the first row that was not written, bytes written): fewer rows where `out` is full, none where not even one fits.
 * A column is (kind, places, offset, validity | None, values | None, data | None), the buffers as Arrow has them, `offset` in rows.
 * Every length and every offset is checked against its buffer before it is used. None is given instead of numbers where a value is out of what is done here
 * (a year before 1000 or after 9999, text that ends before it begins); then the caller writes the rows in its slower way. The GIL is not held while rows are written.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>
#include <stdint.h>
#include <string.h>

enum { NOTHING, SIGNED8, SIGNED16, SIGNED32, SIGNED64, UNSIGNED8, UNSIGNED16, UNSIGNED32, UNSIGNED64, TEXT, BYTES, DATE, MOMENT, KINDS };
static const int WIDTHS[KINDS] = {0, 1, 2, 4, 8, 1, 2, 4, 8, 4, 4, 4, 8};
enum { MOST_COLUMNS = 4096, LONGEST_NUMBER = 32, MOST_PACKET = 0xFFFFFF };

typedef struct {
    int kind, places; /* places: digits of a second's fraction; -1: six where they are not all zero */
    Py_ssize_t offset;
    const uint8_t *validity, *values, *data;
    Py_ssize_t data_length;
    Py_buffer held[3];
} Column;

typedef struct {
    uint8_t *at, *end;
} Out;

typedef enum { DONE, FULL, BEYOND } Outcome;

static const char DIGITS[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869"
                             "707172737475767778798081828384858687888990919293949596979899";

static int is_valid(const Column *column, Py_ssize_t row) {
    Py_ssize_t place = column->offset + row;
    return column->validity == NULL || (column->validity[place >> 3] >> (place & 7) & 1);
}

static uint64_t magnitude(const Column *column, Py_ssize_t row, int *negative) {
    const uint8_t *value = column->values + (column->offset + row) * WIDTHS[column->kind];
    int64_t number = 0;
    *negative = 0;
    switch (column->kind) {
    case UNSIGNED8: return *value;
    case UNSIGNED16: { uint16_t wide; memcpy(&wide, value, 2); return wide; }
    case UNSIGNED32: { uint32_t wide; memcpy(&wide, value, 4); return wide; }
    case UNSIGNED64: { uint64_t wide; memcpy(&wide, value, 8); return wide; }
    case SIGNED8: number = (int8_t)*value; break;
    case SIGNED16: { int16_t wide; memcpy(&wide, value, 2); number = wide; break; }
    case SIGNED32: case DATE: { int32_t wide; memcpy(&wide, value, 4); number = wide; break; }
    default: memcpy(&number, value, 8);
    }
    *negative = number < 0;
    return number < 0 ? (uint64_t)0 - (uint64_t)number : (uint64_t)number;
}

/* Writes a number's digits into the end of a buffer of LONGEST_NUMBER bytes; gives where they begin. */
static uint8_t *number(const Column *column, Py_ssize_t row, uint8_t *end) {
    int negative;
    uint64_t left = magnitude(column, row, &negative);
    while (left >= 100) {
        end -= 2;
        memcpy(end, DIGITS + 2 * (left % 100), 2);
        left /= 100;
    }
    if (left >= 10) {
        end -= 2;
        memcpy(end, DIGITS + 2 * left, 2);
    } else {
        *--end = (uint8_t)('0' + left);
    }
    if (negative) *--end = '-';
    return end;
}

static void two(uint8_t *at, int64_t value) {
    memcpy(at, DIGITS + 2 * value, 2);
}

/* `yyyy-mm-dd` of a day since 1970. Gives 0 where the year is not 1000 to 9999. After Howard Hinnant, chrono-compatible low-level date algorithms. */
static int date(int64_t day, uint8_t *at) {
    int64_t shifted, era, of_era, year_of_era, of_year, month_place, year, month;
    if (day < -354285 || day > 2932896) return 0; /* 1000-01-01 to 9999-12-31 */
    shifted = day + 719468;
    era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    of_era = shifted - era * 146097;
    year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    month_place = (5 * of_year + 2) / 153;
    month = month_place < 10 ? month_place + 3 : month_place - 9;
    year = year_of_era + era * 400 + (month <= 2);
    two(at, year / 100);
    two(at + 2, year % 100);
    at[4] = at[7] = '-';
    two(at + 5, month);
    two(at + 8, of_year - (153 * month_place + 2) / 5 + 1);
    return 1;
}

/* Date and time of microseconds since 1970; gives the length, 0 where the year is not 1000 to 9999. */
static int moment(int64_t micro, int places, uint8_t *at) {
    int64_t second = micro / 1000000, fraction = micro % 1000000, day;
    int digit;
    if (fraction < 0) { fraction += 1000000; second -= 1; }
    day = second / 86400;
    second %= 86400;
    if (second < 0) { second += 86400; day -= 1; }
    if (!date(day, at)) return 0;
    at[10] = ' ';
    two(at + 11, second / 3600);
    two(at + 14, second / 60 % 60);
    two(at + 17, second % 60);
    at[13] = at[16] = ':';
    if (places < 0) places = fraction ? 6 : 0;
    if (!places) return 19;
    at[19] = '.';
    for (digit = 5; digit >= 0; digit--, fraction /= 10) if (digit < places) at[20 + digit] = (uint8_t)('0' + fraction % 10);
    return 20 + places;
}

/* The value's bytes: points into the column, or into `scratch` of LONGEST_NUMBER bytes. */
static Outcome value_of(const Column *column, Py_ssize_t row, uint8_t *scratch, const uint8_t **bytes, Py_ssize_t *length) {
    int32_t bounds[2], day;
    int64_t micro;
    switch (column->kind) {
    case TEXT: case BYTES:
        memcpy(bounds, column->values + (column->offset + row) * 4, 8);
        if (bounds[0] < 0 || bounds[1] < bounds[0] || bounds[1] > column->data_length) return BEYOND;
        *bytes = column->data + bounds[0];
        *length = bounds[1] - bounds[0];
        return DONE;
    case DATE:
        memcpy(&day, column->values + (column->offset + row) * 4, 4);
        *bytes = scratch;
        *length = 10;
        return date(day, scratch) ? DONE : BEYOND;
    case MOMENT:
        memcpy(&micro, column->values + (column->offset + row) * 8, 8);
        *bytes = scratch;
        *length = moment(micro, column->places, scratch);
        return *length ? DONE : BEYOND;
    default:
        *bytes = number(column, row, scratch + LONGEST_NUMBER);
        *length = scratch + LONGEST_NUMBER - *bytes;
        return DONE;
    }
}

/* The byte that the lake keeps as U+10FE00 + byte, in UTF-8 F4 8F B8..BB 80..BF; -1 where there is none. */
static int kept_byte(const uint8_t *at, const uint8_t *end) {
    if (end - at < 4 || at[0] != 0xF4 || at[1] != 0x8F || (at[2] & 0xFC) != 0xB8 || (at[3] & 0xC0) != 0x80) return -1;
    return (at[2] & 3) << 6 | (at[3] & 0x3F);
}

/* Copies, kept bytes put back. `to` has room for `length` bytes; gives the bytes written. */
static Py_ssize_t put_back(uint8_t *to, const uint8_t *from, Py_ssize_t length) {
    const uint8_t *end = from + length;
    uint8_t *at = to;
    while (from < end) {
        const uint8_t *found = memchr(from, 0xF4, (size_t)(end - from));
        Py_ssize_t plain = (found ? found : end) - from;
        int byte;
        memmove(at, from, (size_t)plain);
        at += plain;
        from += plain;
        if (from == end) break;
        byte = kept_byte(from, end);
        *at++ = byte < 0 ? *from : (uint8_t)byte;
        from += byte < 0 ? 1 : 4;
    }
    return at - to;
}

static uint8_t *prefix(uint8_t *at, Py_ssize_t length) {
    int width = length < 251 ? 1 : length < 1 << 16 ? 2 : length < 1 << 24 ? 3 : 8, byte;
    if (width > 1) *at++ = width == 2 ? 0xFC : width == 3 ? 0xFD : 0xFE;
    for (byte = 0; byte < width; byte++) *at++ = (uint8_t)((uint64_t)length >> 8 * byte);
    return at;
}

static Outcome wire_cell(const Column *column, Py_ssize_t row, Out *out) {
    uint8_t scratch[LONGEST_NUMBER], *begin;
    const uint8_t *bytes;
    Py_ssize_t length;
    Outcome outcome;
    if (column->kind == NOTHING || !is_valid(column, row)) {
        if (out->end - out->at < 1) return FULL;
        *out->at++ = 0xFB;
        return DONE;
    }
    outcome = value_of(column, row, scratch, &bytes, &length);
    if (outcome != DONE) return outcome;
    if (out->end - out->at < length + 9) return FULL;
    if (column->kind == TEXT && length && memchr(bytes, 0xF4, (size_t)length)) {
        /* Shorter by what is put back: written behind the longest prefix, then moved to its own. */
        begin = out->at;
        length = put_back(begin + 9, bytes, length);
        out->at = prefix(begin, length);
        memmove(out->at, begin + 9, (size_t)length);
    } else {
        out->at = prefix(out->at, length);
        if (length) memcpy(out->at, bytes, (size_t)length);
    }
    out->at += length;
    return DONE;
}

static int escape_of(uint8_t byte) {
    return byte == '\t' ? 't' : byte == '\n' ? 'n' : byte == '\\' ? '\\' : byte == 0 ? '0' : 0;
}

static Outcome tab_cell(const Column *column, Py_ssize_t row, Out *out) {
    uint8_t scratch[LONGEST_NUMBER], *begin, *at;
    const uint8_t *bytes;
    Py_ssize_t length, place, extra = 0;
    Outcome outcome;
    if (column->kind == NOTHING || !is_valid(column, row)) {
        if (out->end - out->at < 4) return FULL;
        memcpy(out->at, "NULL", 4);
        out->at += 4;
        return DONE;
    }
    outcome = value_of(column, row, scratch, &bytes, &length);
    if (outcome != DONE) return outcome;
    if ((out->end - out->at) / 2 < length) return FULL; /* each byte may become two */
    begin = out->at;
    if (column->kind != TEXT && column->kind != BYTES) {
        memcpy(begin, bytes, (size_t)length);
        out->at += length;
        return DONE;
    }
    if (column->kind == TEXT && length && memchr(bytes, 0xF4, (size_t)length)) length = put_back(begin, bytes, length);
    else if (length) memcpy(begin, bytes, (size_t)length);
    for (place = 0; place < length; place++) extra += begin[place] <= '\n' ? escape_of(begin[place]) != 0 : begin[place] == '\\';
    out->at += length + extra;
    for (at = out->at; extra; ) {
        uint8_t byte = begin[--length];
        int escape = escape_of(byte);
        *--at = (uint8_t)(escape ? escape : byte);
        if (escape) { *--at = '\\'; extra--; }
    }
    return DONE;
}

static Outcome wire_row(const Column *columns, Py_ssize_t count, Py_ssize_t row, Out *out, uint8_t sequence) {
    uint8_t *header = out->at;
    Py_ssize_t column, length;
    if (out->end - out->at < 4) return FULL;
    out->at += 4;
    for (column = 0; column < count; column++) {
        Outcome outcome = wire_cell(columns + column, row, out);
        if (outcome != DONE) return outcome;
    }
    length = out->at - header - 4;
    if (length >= MOST_PACKET) return FULL; /* goes over several packets: the caller's work */
    header[0] = (uint8_t)length;
    header[1] = (uint8_t)(length >> 8);
    header[2] = (uint8_t)(length >> 16);
    header[3] = sequence;
    return DONE;
}

static Outcome tab_row(const Column *columns, Py_ssize_t count, Py_ssize_t row, Out *out) {
    Py_ssize_t column;
    for (column = 0; column < count; column++) {
        Outcome outcome = tab_cell(columns + column, row, out);
        if (outcome != DONE) return outcome;
        if (out->end - out->at < 1) return FULL;
        *out->at++ = column + 1 < count ? '\t' : '\n';
    }
    return DONE;
}

/* --- from Python's objects */

static int take(PyObject *object, Py_buffer *held, const uint8_t **bytes, Py_ssize_t needed) {
    *bytes = NULL;
    if (object == Py_None) {
        if (!needed) return 0;
        PyErr_SetString(PyExc_ValueError, "a column lacks a buffer");
        return -1;
    }
    if (PyObject_GetBuffer(object, held, PyBUF_SIMPLE) < 0) return -1;
    if (held->len < needed) {
        PyErr_SetString(PyExc_ValueError, "a column's buffer is shorter than its rows");
        return -1;
    }
    *bytes = held->buf;
    return 0;
}

static int read_column(PyObject *described, Column *column, Py_ssize_t rows) {
    PyObject *validity, *values, *data;
    Py_ssize_t last;
    int text;
    if (!PyArg_ParseTuple(described, "iinOOO", &column->kind, &column->places, &column->offset, &validity, &values, &data)) return -1;
    if (column->kind < 0 || column->kind >= KINDS || column->places < -1 || column->places > 6 || column->offset < 0 || column->offset > INT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "a column that is not described as it must be");
        return -1;
    }
    last = column->offset + rows;
    text = column->kind == TEXT || column->kind == BYTES;
    if (validity != Py_None && take(validity, column->held, &column->validity, (last + 7) / 8) < 0) return -1;
    if (take(values, column->held + 1, &column->values, rows ? (last + text) * WIDTHS[column->kind] : 0) < 0) return -1;
    if (take(data, column->held + 2, &column->data, 0) < 0) return -1;
    column->data_length = column->data == NULL ? 0 : column->held[2].len;
    return 0;
}

static void release(Column *columns, Py_ssize_t count) {
    Py_ssize_t column;
    int place;
    for (column = 0; column < count; column++)
        for (place = 0; place < 3; place++)
            if (columns[column].held[place].obj != NULL) PyBuffer_Release(columns[column].held + place);
    PyMem_Free(columns);
}

static PyObject *write_rows(PyObject *described, Py_ssize_t start, Py_ssize_t rows, int sequence, PyObject *target) {
    Py_ssize_t count, column, row = start;
    Py_buffer held;
    Column *columns;
    Outcome outcome = DONE;
    Out out;
    uint8_t *begin, *row_begin;
    if (!PyTuple_Check(described) || (count = PyTuple_Size(described)) < 1 || count > MOST_COLUMNS || start < 0 || rows < start || rows > INT32_MAX)
        return PyErr_Format(PyExc_ValueError, "no columns, or rows that there are not");
    columns = PyMem_Calloc((size_t)count, sizeof(Column));
    if (columns == NULL) return PyErr_NoMemory();
    for (column = 0; column < count; column++) {
        if (read_column(PyTuple_GetItem(described, column), columns + column, rows) < 0) {
            release(columns, count);
            return NULL;
        }
    }
    if (PyObject_GetBuffer(target, &held, PyBUF_WRITABLE) < 0) {
        release(columns, count);
        return NULL;
    }
    begin = row_begin = out.at = held.buf;
    out.end = begin + held.len;
    Py_BEGIN_ALLOW_THREADS
    for (; row < rows; row++) {
        row_begin = out.at;
        outcome = sequence < 0 ? tab_row(columns, count, row, &out) : wire_row(columns, count, row, &out, (uint8_t)(sequence + (row - start)));
        if (outcome != DONE) break;
        row_begin = out.at;
    }
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&held);
    release(columns, count);
    if (outcome == BEYOND) Py_RETURN_NONE;
    return Py_BuildValue("nn", row, (Py_ssize_t)(row_begin - begin));
}

static PyObject *wire(PyObject *module, PyObject *args) {
    PyObject *columns, *out;
    Py_ssize_t start, rows;
    unsigned char sequence;
    (void)module;
    if (!PyArg_ParseTuple(args, "OnnbO", &columns, &start, &rows, &sequence, &out)) return NULL;
    return write_rows(columns, start, rows, sequence, out);
}

static PyObject *tabs(PyObject *module, PyObject *args) {
    PyObject *columns, *out;
    Py_ssize_t start, rows;
    (void)module;
    if (!PyArg_ParseTuple(args, "OnnO", &columns, &start, &rows, &out)) return NULL;
    return write_rows(columns, start, rows, -1, out);
}

static PyMethodDef METHODS[] = {
    {"wire", wire, METH_VARARGS, "wire(columns, start, rows, sequence, out) -> (first row not written, bytes) | None"},
    {"tabs", tabs, METH_VARARGS, "tabs(columns, start, rows, out) -> (first row not written, bytes) | None"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "carrel.doors._rows", NULL, 0, METHODS, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__rows(void) {
    return PyModule_Create(&MODULE);
}
