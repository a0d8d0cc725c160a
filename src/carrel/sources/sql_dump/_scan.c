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
#include "_scan_values.h"
#include "_scan_rows.h"

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
