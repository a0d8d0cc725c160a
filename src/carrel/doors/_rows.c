/* Rows of Arrow columns as bytes: MySQL's text and binary rows, ready framed, tab-separated and comma-separated lines. The twin of what Arrow's functions write.
 *
 * wire(columns, start, rows, sequence, out), binary(columns, start, rows, sequence, out), tabs(columns, start, rows, out) and commas(columns, start, rows, out)
 * write rows start .. rows - 1 of the columns into the writable buffer `out` and give (the first row that was not written, bytes written): fewer rows where `out` is
 * full, none where not even one fits. A column is (kind, places, offset, validity | None, values | None, data | None), the buffers as Arrow has them, `offset` in rows.
 * Every length and every offset is checked against its buffer before it is used. None is given instead of numbers where a value is out of what is done here
 * (a year before 1000 or after 9999, text that ends before it begins); then the caller writes the rows in its slower way. The GIL is not held while rows are written.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>

#include "_cells.h"

enum { MOST_COLUMNS = 4096, MOST_PACKET = 0xFFFFFF };

typedef struct {
    Column *columns;
    Py_ssize_t count;
    Py_buffer *held; /* three of each column */
} Table;

typedef Outcome (*WriteRow)(const Table *table, int64_t row, Out *out, uint8_t sequence);

static uint8_t *prefix(uint8_t *at, int64_t length) {
    int width = length < 251 ? 1 : length < 1 << 16 ? 2 : length < 1 << 24 ? 3 : 8, byte;
    if (width > 1) *at++ = width == 2 ? 0xFC : width == 3 ? 0xFD : 0xFE;
    for (byte = 0; byte < width; byte++) *at++ = (uint8_t)((uint64_t)length >> 8 * byte);
    return at;
}

/* A text with its length before it. */
static inline Outcome measured(const Column *column, int64_t row, Out *out) {
    int64_t begin, length, whole;
    uint8_t *at = out->at;
    if (bounds_of(column, row, &begin, &length) != DONE) return BEYOND;
    if (out->end - at < length + LONGEST_PREFIX + SHORT_TEXT) return FULL;
    if (length < 251) {
        whole = original(at + 1, column, begin, length);
        *at = (uint8_t)whole;
        out->at = at + 1 + whole;
    } else { /* written behind the longest prefix, then moved to its own, which may be shorter by what was put back */
        whole = begin + length > column->plain_until ? original(at + LONGEST_PREFIX, column, begin, length) : length;
        out->at = prefix(at, whole);
        if (begin + length > column->plain_until) memmove(out->at, at + LONGEST_PREFIX, (size_t)whole);
        else memcpy(out->at, column->data + begin, (size_t)length);
        out->at += whole;
    }
    return DONE;
}

static inline Outcome wire_cell(const Column *column, int64_t row, Out *out) {
    int length;
    if (out->end - out->at < LONGEST_NUMBER + 1) return FULL;
    if (!is_valid(column, row)) {
        *out->at++ = 0xFB;
        return DONE;
    }
    if (is_text(column->kind)) return measured(column, row, out);
    length = characters(column, row, out->at + 1);
    *out->at = (uint8_t)length;
    out->at += 1 + length;
    return length ? DONE : BEYOND;
}

static inline Outcome framed(uint8_t *header, const Out *out, uint8_t sequence) {
    int64_t length = out->at - header - 4;
    if (length >= MOST_PACKET) return FULL; /* goes over several packets: the caller's work */
    header[0] = (uint8_t)length;
    header[1] = (uint8_t)(length >> 8);
    header[2] = (uint8_t)(length >> 16);
    header[3] = sequence;
    return DONE;
}

static Outcome wire_row(const Table *table, int64_t row, Out *out, uint8_t sequence) {
    uint8_t *header = out->at;
    Py_ssize_t column;
    if (out->end - out->at < 4) return FULL;
    out->at += 4;
    for (column = 0; column < table->count; column++) {
        Outcome outcome = wire_cell(table->columns + column, row, out);
        if (outcome != DONE) return outcome;
    }
    return framed(header, out, sequence);
}

/* --- binary rows */

static uint8_t *little(uint8_t *at, uint64_t value, int width) {
    int byte;
    for (byte = 0; byte < width; byte++) *at++ = (uint8_t)(value >> 8 * byte);
    return at;
}

/* Length, and the date, the time and the microseconds as far as they are not zero; NULL where the year is out of bounds. */
static uint8_t *binary_moment(uint8_t *at, Moment moment) {
    Day day;
    uint8_t *length = at;
    if (!day_of(moment.days, &day)) return NULL;
    at = little(at + 1, (uint64_t)day.year, 2);
    *at++ = (uint8_t)day.month;
    *at++ = (uint8_t)day.day;
    if (moment.seconds || moment.micro) {
        *at++ = (uint8_t)(moment.seconds / 3600);
        *at++ = (uint8_t)(moment.seconds / 60 % 60);
        *at++ = (uint8_t)(moment.seconds % 60);
    }
    if (moment.micro) at = little(at, (uint64_t)moment.micro, 4);
    *length = (uint8_t)(at - length - 1);
    return at;
}

/* Length, and unless it is zero sign, days, hour, minute, second, and the microseconds where they are not zero. */
static uint8_t *binary_clock(uint8_t *at, int64_t micro) {
    uint64_t size = micro < 0 ? (uint64_t)0 - (uint64_t)micro : (uint64_t)micro, seconds = size / 1000000 % 86400, fraction = size % 1000000;
    if (!size) {
        *at++ = 0;
        return at;
    }
    *at++ = fraction ? 12 : 8;
    *at++ = micro < 0;
    at = little(at, size / 86400000000u, 4);
    *at++ = (uint8_t)(seconds / 3600);
    *at++ = (uint8_t)(seconds / 60 % 60);
    *at++ = (uint8_t)(seconds % 60);
    return fraction ? little(at, fraction, 4) : at;
}

static inline Outcome binary_cell(const Column *column, int64_t row, Out *out) {
    int64_t begin, length;
    uint8_t *at = out->at;
    Moment day = {0, 0, 0};
    if (column->kind == TEXT || column->kind == BYTES) return measured(column, row, out);
    if (out->end - at < LONGEST_NUMBER) return FULL;
    switch (column->kind) {
    case WHOLE:
        if (bounds_of(column, row, &begin, &length) != DONE) return BEYOND;
        if (out->end - at < length + SHORT_TEXT) return FULL;
        copy(at, column, begin, length);
        out->at += length;
        return DONE;
    case DATE: day.days = days_at(column, row); at = binary_moment(at, day); break;
    case MOMENT: at = binary_moment(at, moment_of(long_at(column, row))); break;
    case CLOCK: at = binary_clock(at, long_at(column, row)); break;
    default:
        memcpy(at, value_at(column, row), (size_t)WIDTHS[column->kind]);
        at += WIDTHS[column->kind];
    }
    if (at == NULL) return BEYOND;
    out->at = at;
    return DONE;
}

static inline int is_shown(const Column *column, int64_t row) {
    return is_valid(column, row) && ((column->kind != SINGLE && column->kind != DOUBLE) || is_finite(column, row));
}

static Outcome binary_row(const Table *table, int64_t row, Out *out, uint8_t sequence) {
    uint8_t *header = out->at, *nulls = header + 5;
    Py_ssize_t column, bytes = (table->count + 9) / 8;
    if (out->end - out->at < 5 + bytes) return FULL;
    out->at += 5 + bytes;
    header[4] = 0;
    memset(nulls, 0, (size_t)bytes);
    for (column = 0; column < table->count; column++) {
        Outcome outcome;
        if (!is_shown(table->columns + column, row)) {
            nulls[(column + 2) >> 3] |= (uint8_t)(1 << ((column + 2) & 7));
            continue;
        }
        outcome = binary_cell(table->columns + column, row, out);
        if (outcome != DONE) return outcome;
    }
    return framed(header, out, sequence);
}

/* --- lines */

static inline int escape_of(uint8_t byte) {
    return byte == '\t' ? 't' : byte == '\n' ? 'n' : byte == '\\' ? '\\' : byte == 0 ? '0' : 0;
}

/* Escapes what was written from `begin` on; there is room for twice its length. */
static void escape(uint8_t *begin, Out *out) {
    int64_t length = out->at - begin, place, extra = 0;
    uint8_t *at;
    for (place = 0; place < length; place++) extra += escape_of(begin[place]) != 0;
    out->at += extra;
    for (at = out->at; extra; ) {
        uint8_t byte = begin[--length];
        int escaped = escape_of(byte);
        *--at = (uint8_t)(escaped ? escaped : byte);
        if (escaped) { *--at = '\\'; extra--; }
    }
}

/* Puts what was written from `begin` on between quotes where it needs them; there is room for twice its length and two bytes. */
static void quote(uint8_t *begin, Out *out) {
    int64_t length = out->at - begin, place, quotes = 0, special = 0;
    uint8_t *at;
    for (place = 0; place < length; place++) {
        quotes += begin[place] == '"';
        special |= (begin[place] == ',') | (begin[place] == '\r') | (begin[place] == '\n');
    }
    if (length && !quotes && !special) return;
    at = out->at += quotes + 2;
    *--at = '"';
    while (length) {
        uint8_t byte = begin[--length];
        *--at = byte;
        if (byte == '"') *--at = '"';
    }
    *--at = '"';
}

static inline Outcome line_cell(const Column *column, int64_t row, Out *out, int commas) {
    int64_t begin, length;
    uint8_t *written = out->at;
    if (out->end - out->at < LONGEST_NUMBER) return FULL;
    if (!is_valid(column, row)) {
        if (commas) return DONE;
        memcpy(out->at, "NULL", 4);
        out->at += 4;
        return DONE;
    }
    if (!is_text(column->kind)) {
        length = characters(column, row, out->at);
        out->at += length;
        return length ? DONE : BEYOND;
    }
    if (bounds_of(column, row, &begin, &length) != DONE) return BEYOND;
    if ((out->end - out->at - SHORT_TEXT - 2) / 2 < length) return FULL; /* each byte may become two */
    out->at += original(out->at, column, begin, length);
    if (commas) quote(written, out);
    else escape(written, out);
    return DONE;
}

static inline Outcome line(const Table *table, int64_t row, Out *out, int commas) {
    Py_ssize_t column;
    for (column = 0; column < table->count; column++) {
        Outcome outcome = line_cell(table->columns + column, row, out, commas);
        if (outcome != DONE) return outcome;
        if (out->end - out->at < 2) return FULL;
        if (column + 1 < table->count) *out->at++ = commas ? ',' : '\t';
    }
    if (commas) *out->at++ = '\r';
    *out->at++ = '\n';
    return DONE;
}

static Outcome tab_row(const Table *table, int64_t row, Out *out, uint8_t sequence) {
    (void)sequence;
    return line(table, row, out, 0);
}

static Outcome comma_row(const Table *table, int64_t row, Out *out, uint8_t sequence) {
    (void)sequence;
    return line(table, row, out, 1);
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

static int read_column(PyObject *described, Column *column, Py_buffer *held, Py_ssize_t rows, int kinds) {
    PyObject *validity, *values, *data;
    Py_ssize_t offset, last;
    if (!PyArg_ParseTuple(described, "iinOOO", &column->kind, &column->places, &offset, &validity, &values, &data)) return -1;
    if (column->kind < 0 || column->kind >= kinds || column->places < -1 || column->places > 6 || offset < 0 || offset > INT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "a column that is not described as it must be");
        return -1;
    }
    column->offset = offset;
    last = offset + rows;
    if (validity != Py_None && take(validity, held, &column->validity, (last + 7) / 8) < 0) return -1;
    if (take(values, held + 1, &column->values, rows ? (last + is_text(column->kind)) * WIDTHS[column->kind] : 0) < 0) return -1;
    if (take(data, held + 2, &column->data, 0) < 0) return -1;
    column->data_length = column->data == NULL ? 0 : held[2].len;
    return 0;
}

static void release(Table *table) {
    Py_ssize_t place;
    for (place = 0; place < 3 * table->count; place++)
        if (table->held[place].obj != NULL) PyBuffer_Release(table->held + place);
    PyMem_Free(table->columns);
    PyMem_Free(table->held);
}

static int read_table(PyObject *described, Table *table, Py_ssize_t rows, int kinds) {
    Py_ssize_t column;
    table->columns = PyMem_Calloc((size_t)table->count, sizeof(Column));
    table->held = PyMem_Calloc(3 * (size_t)table->count, sizeof(Py_buffer));
    if (table->columns == NULL || table->held == NULL) {
        PyMem_Free(table->columns);
        PyMem_Free(table->held);
        PyErr_NoMemory();
        return -1;
    }
    for (column = 0; column < table->count; column++) {
        if (read_column(PyTuple_GetItem(described, column), table->columns + column, table->held + 3 * column, rows, kinds) < 0) {
            release(table);
            return -1;
        }
    }
    return 0;
}

static PyObject *write_rows(PyObject *args, WriteRow write_row, int packets, int kinds) {
    PyObject *described, *target;
    Py_ssize_t start, rows, row, column;
    unsigned char sequence = 0;
    Py_buffer held;
    Table table;
    Outcome outcome = DONE;
    Out out;
    uint8_t *begin, *row_begin;
    if (packets ? !PyArg_ParseTuple(args, "OnnbO", &described, &start, &rows, &sequence, &target)
                : !PyArg_ParseTuple(args, "OnnO", &described, &start, &rows, &target)) return NULL;
    if (!PyTuple_Check(described) || (table.count = PyTuple_Size(described)) < 1 || table.count > MOST_COLUMNS || start < 0 || rows < start || rows > INT32_MAX)
        return PyErr_Format(PyExc_ValueError, "no columns, or rows that there are not");
    if (read_table(described, &table, rows, kinds) < 0) return NULL;
    if (PyObject_GetBuffer(target, &held, PyBUF_WRITABLE) < 0) {
        release(&table);
        return NULL;
    }
    begin = row_begin = out.at = held.buf;
    out.end = begin + held.len;
    row = start;
    Py_BEGIN_ALLOW_THREADS
    for (column = 0; column < table.count; column++) look_for_escapes(table.columns + column, start, rows, held.len);
    for (; row < rows; row++) {
        row_begin = out.at;
        outcome = write_row(&table, row, &out, (uint8_t)(sequence + (row - start)));
        if (outcome != DONE) break;
        row_begin = out.at;
    }
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&held);
    release(&table);
    if (outcome == BEYOND) Py_RETURN_NONE;
    return Py_BuildValue("nn", row, (Py_ssize_t)(row_begin - begin));
}

static PyObject *wire(PyObject *module, PyObject *args) {
    (void)module;
    return write_rows(args, wire_row, 1, TEXTUAL_KINDS);
}

static PyObject *binary(PyObject *module, PyObject *args) {
    (void)module;
    return write_rows(args, binary_row, 1, KINDS);
}

static PyObject *tabs(PyObject *module, PyObject *args) {
    (void)module;
    return write_rows(args, tab_row, 0, TEXTUAL_KINDS);
}

static PyObject *commas(PyObject *module, PyObject *args) {
    (void)module;
    return write_rows(args, comma_row, 0, TEXTUAL_KINDS);
}

static PyMethodDef METHODS[] = {
    {"wire", wire, METH_VARARGS, "wire(columns, start, rows, sequence, out) -> (first row not written, bytes) | None"},
    {"binary", binary, METH_VARARGS, "binary(columns, start, rows, sequence, out) -> (first row not written, bytes) | None"},
    {"tabs", tabs, METH_VARARGS, "tabs(columns, start, rows, out) -> (first row not written, bytes) | None"},
    {"commas", commas, METH_VARARGS, "commas(columns, start, rows, out) -> (first row not written, bytes) | None"},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "carrel.doors._rows", NULL, 0, METHODS, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__rows(void) {
    return PyModule_Create(&MODULE);
}
