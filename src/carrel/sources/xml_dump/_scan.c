/* The regular form of an export, as MediaWiki's exporter writes it, into Arrow's buffers. The twin of `scan.py`.
 *
 * Scanner(namespaces, text, pages, pages_touched, revisions, revisions_touched): namespaces are (number, b"name") pairs; the others are those of `seen.py`.
 * scan(data, start, rows, bytes) reads on in `data` from `start` and gives (place, outcome): everything before `place` is done with. Outcomes:
 * MORE (the next piece is not whole), FOREIGN (what stands at `place` is not in the regular form, or not right: the exact parser is to say),
 * FULL (`rows` or `bytes` are reached at a page's end, or twice as many within it), END (behind </mediawiki>).
 * mark(bits, touched, numbers) marks numbers that came before.
 * Nothing is accepted that is not well-formed XML in UTF-8, and each piece is accepted whole or not at all. The GIL is not held while scanning.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>
#include "_scan_text.h"
#include "_scan_rows.h"

/* One piece: a page's head, a revision, an end. */
static Outcome step(Scanner *self, const uint8_t **place, const uint8_t *end) {
    const uint8_t *at = skip(*place, end);
    *place = at;
    if (end - at < 2)
        return MORE;
    if (self->state == BODY && at[1] != '/')
        return revision(self, place, end);
    if (self->state == BODY) {
        TRY(literal(&at, end, "</page>"));
        TRY(page_end(self));
    } else if (at[1] == '/') {
        TRY(literal(&at, end, "</mediawiki>"));
        *place = at;
        return END;
    } else {
        TRY(page_head(self, &at, end));
    }
    *place = at;
    return OK;
}

static size_t held(const Scanner *self) {
    const Column *columns = self->columns;
    return columns[OLD_TEXT].values.length + columns[REV_COMMENT].values.length + 200 * columns[REV_ID].rows + 100 * columns[PAGE_ID].rows;
}

static PyObject *scan(PyObject *object, PyObject *args) {
    Scanner *self = (Scanner *)object;
    Py_buffer data;
    Py_ssize_t start, rows, bytes;
    if (!PyArg_ParseTuple(args, "y*nnn", &data, &start, &rows, &bytes))
        return NULL;
    if (start < 0 || start > data.len) {
        PyBuffer_Release(&data);
        PyErr_SetString(PyExc_ValueError, "start is outside of data");
        return NULL;
    }
    const uint8_t *place = (const uint8_t *)data.buf + start, *end = (const uint8_t *)data.buf + data.len;
    Outcome outcome = OK;
    Py_BEGIN_ALLOW_THREADS
    while (outcome == OK) {
        outcome = step(self, &place, end);
        size_t most = self->state == BODY ? 2 : 1;
        if (outcome == OK && (self->columns[REV_ID].rows >= most * (size_t)rows || held(self) >= most * (size_t)bytes))
            outcome = FULL;
    }
    Py_END_ALLOW_THREADS
    Py_ssize_t reached = place - (const uint8_t *)data.buf;
    PyBuffer_Release(&data);
    return outcome == NO_MEMORY ? PyErr_NoMemory() : Py_BuildValue("ni", reached, (int)outcome);
}

/* ---- what Python asks for ---- */

static PyObject *validity(const Column *column) {
    if (column->nulls == 0)
        return Py_NewRef(Py_None);
    size_t length = (column->rows + 7) / 8;
    PyObject *bits = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)length);
    if (bits == NULL)
        return NULL;
    uint8_t *out = (uint8_t *)PyBytes_AsString(bits);
    memset(out, 0, length);
    for (size_t row = 0; row < column->rows; row++)
        out[row >> 3] |= (uint8_t)(column->valid.data[row] << (row & 7));
    return bits;
}

static PyObject *offsets(const Column *column, int kind) {
    if (kind != TEXT && kind != STAMP)
        return Py_NewRef(Py_None);
    PyObject *places = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)((column->rows + 1) * 4));
    if (places == NULL)
        return NULL;
    int32_t *out = (int32_t *)(void *)PyBytes_AsString(places);
    out[0] = 0;
    if (kind == TEXT && column->rows)
        memcpy(out + 1, column->offsets.data, column->rows * 4);
    for (size_t row = 1; kind == STAMP && row <= column->rows; row++)
        out[row] = (int32_t)(row * STAMP_BYTES);
    return places;
}

static PyObject *buffers(const Column *column, int kind) {
    PyObject *valid = validity(column), *places = offsets(column, kind);
    PyObject *values = PyBytes_FromStringAndSize((const char *)column->values.data, (Py_ssize_t)column->values.length);
    PyObject *all = valid && places && values ? PyTuple_Pack(3, valid, places, values) : NULL;
    Py_XDECREF(valid);
    Py_XDECREF(places);
    Py_XDECREF(values);
    return all;
}

static void cut(Column *column, int kind, size_t rows) {
    static const size_t widths[] = {4, 4, 1, 0, STAMP_BYTES};
    for (size_t row = rows; row < column->rows; row++)
        column->nulls -= !column->valid.data[row];
    size_t end = 0;
    if (kind == TEXT && rows) {
        int32_t last;
        memcpy(&last, column->offsets.data + (rows - 1) * 4, 4);
        end = (size_t)last;
    }
    column->values.length = kind == TEXT ? end : rows * widths[kind];
    column->offsets.length = kind == TEXT ? rows * 4 : 0;
    column->valid.length = rows;
    column->rows = rows;
}

static PyObject *take(PyObject *object, PyObject *unused) {
    Scanner *self = (Scanner *)object;
    (void)unused;
    PyObject *tables = PyList_New(0);
    for (int table = 0; tables && table < 3; table++) {
        PyObject *columns = PyList_New(0);
        for (int which = TABLES[table]; columns && which < TABLES[table + 1]; which++) {
            PyObject *each = buffers(&self->columns[which], KINDS[which]);
            if (each == NULL || PyList_Append(columns, each) < 0)
                Py_CLEAR(columns);
            Py_XDECREF(each);
        }
        PyObject *pair = columns ? Py_BuildValue("nN", (Py_ssize_t)self->columns[TABLES[table]].rows, columns) : NULL;
        if (pair == NULL || PyList_Append(tables, pair) < 0)
            Py_CLEAR(tables);
        Py_XDECREF(pair);
    }
    if (tables) {
        for (int which = 0; which < COLUMNS; which++)
            cut(&self->columns[which], KINDS[which], 0);
        memset(self->first, 0, sizeof self->first);
    }
    return tables;
}

/* The bytes between `<page>` and the first revision of the page that is open; None where no page is open. */
static PyObject *get_head(PyObject *object, PyObject *unused) {
    Scanner *self = (Scanner *)object;
    (void)unused;
    return self->state == BODY ? PyBytes_FromStringAndSize((const char *)self->head.data, (Py_ssize_t)self->head.length) : Py_NewRef(Py_None);
}

/* Leaves the page that is open to another parser: its head's bytes, and its rows stay. None where no page is open. */
static PyObject *leave(PyObject *object, PyObject *unused) {
    Scanner *self = (Scanner *)object;
    (void)unused;
    if (self->state != BODY)
        return Py_NewRef(Py_None);
    self->state = BETWEEN;
    return PyBytes_FromStringAndSize((const char *)self->head.data, (Py_ssize_t)self->head.length);
}

/* Takes back the rows of the page that was opened last. */
static PyObject *drop(PyObject *object, PyObject *unused) {
    Scanner *self = (Scanner *)object;
    (void)unused;
    const Column *ids = &self->columns[REV_ID];
    for (size_t row = self->first[0]; row < ids->rows; row++) {
        uint32_t id;
        memcpy(&id, ids->values.data + row * 4, 4);
        forget(&self->revisions, id);
    }
    for (int table = 0; table < 3; table++)
        for (int which = TABLES[table]; which < TABLES[table + 1]; which++)
            cut(&self->columns[which], KINDS[which], self->first[table]);
    self->state = BETWEEN;
    return Py_NewRef(Py_None);
}

/* From now on rows belong to no page that can be dropped: the next `drop` takes back what comes after this. */
static PyObject *settle(PyObject *object, PyObject *unused) {
    Scanner *self = (Scanner *)object;
    (void)unused;
    for (int table = 0; table < 3; table++)
        self->first[table] = self->columns[TABLES[table]].rows;
    return Py_NewRef(Py_None);
}

static PyObject *get_ended(PyObject *object, PyObject *unused) {
    (void)unused;
    return PyLong_FromSize_t(((Scanner *)object)->ended);
}

static PyObject *get_open(PyObject *object, PyObject *unused) {
    (void)unused;
    return PyBool_FromLong(((Scanner *)object)->state == BODY);
}

static PyObject *get_settled(PyObject *object, PyObject *unused) {
    Scanner *self = (Scanner *)object;
    (void)unused;
    return Py_BuildValue("nnn", (Py_ssize_t)self->first[0], (Py_ssize_t)self->first[1], (Py_ssize_t)self->first[2]);
}

static PyObject *get_holds(PyObject *object, PyObject *unused) {
    (void)unused;
    return PyBool_FromLong(held((Scanner *)object) > 0);
}

static int get_seen(PyObject *bits, PyObject *touched, Seen *seen) {
    if (PyObject_GetBuffer(bits, &seen->bits, PyBUF_WRITABLE) < 0)
        return 0;
    if (PyObject_GetBuffer(touched, &seen->touched, PyBUF_WRITABLE) < 0)
        return 0;
    if (seen->bits.len < ((Py_ssize_t)1 << 29) || seen->touched.len < SEEN_BLOCKS + 8) {
        PyErr_SetString(PyExc_ValueError, "too small for all numbers of 32 bits");
        return 0;
    }
    return 1;
}

static int get_namespaces(Scanner *self, PyObject *list) {
    Py_ssize_t count = PyList_Size(list);
    if (count < 0)
        return 0;
    self->namespaces = calloc((size_t)count + 1, sizeof *self->namespaces);
    if (self->namespaces == NULL) {
        PyErr_NoMemory();
        return 0;
    }
    for (Py_ssize_t index = 0; index < count; index++) {
        const char *name;
        Py_ssize_t length;
        int number_;
        PyObject *pair = PyList_GetItem(list, index);
        if (pair == NULL || !PyArg_ParseTuple(pair, "iy#", &number_, &name, &length))
            return 0;
        uint8_t *copy = malloc((size_t)length + 1);
        if (copy == NULL) {
            PyErr_NoMemory();
            return 0;
        }
        memcpy(copy, name, (size_t)length);
        self->namespaces[index] = (Namespace){number_, copy, (size_t)length};
        self->namespace_count = index + 1;
    }
    return 1;
}

static int init(PyObject *object, PyObject *args, PyObject *keywords) {
    Scanner *self = (Scanner *)object;
    PyObject *namespaces, *bits[2], *touched[2];
    (void)keywords;
    if (self->namespaces != NULL) {
        PyErr_SetString(PyExc_TypeError, "a scanner is made once");
        return -1;
    }
    if (!PyArg_ParseTuple(args, "OpOOOO", &namespaces, &self->with_text, &bits[0], &touched[0], &bits[1], &touched[1]))
        return -1;
    return get_namespaces(self, namespaces) && get_seen(bits[0], touched[0], &self->pages) && get_seen(bits[1], touched[1], &self->revisions) ? 0 : -1;
}

static void dealloc(PyObject *object) {
    Scanner *self = (Scanner *)object;
    PyTypeObject *type = Py_TYPE(object);
    for (int which = 0; which < COLUMNS; which++) {
        free(self->columns[which].values.data);
        free(self->columns[which].offsets.data);
        free(self->columns[which].valid.data);
    }
    for (Py_ssize_t index = 0; index < self->namespace_count; index++)
        free(self->namespaces[index].name);
    free(self->namespaces);
    free(self->title.data);
    free(self->restrictions.data);
    free(self->head.data);
    Py_buffer *all[] = {&self->pages.bits, &self->pages.touched, &self->revisions.bits, &self->revisions.touched};
    for (int index = 0; index < 4; index++)
        if (all[index]->obj)
            PyBuffer_Release(all[index]);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(object);
    Py_DECREF(type);
}

/* Numbers that came before: as a buffer of 32 bits each. */
static PyObject *mark(PyObject *module, PyObject *args) {
    PyObject *bits, *touched, *found = NULL;
    Py_buffer numbers;
    Seen seen;
    (void)module;
    memset(&seen, 0, sizeof seen);
    if (!PyArg_ParseTuple(args, "OOy*", &bits, &touched, &numbers))
        return NULL;
    if (get_seen(bits, touched, &seen)) {
        const uint8_t *at = numbers.buf;
        for (Py_ssize_t left = numbers.len / 4; left > 0; left--, at += 4) {
            uint32_t value;
            memcpy(&value, at, 4);
            is_new(&seen, value, 1);
        }
        found = Py_NewRef(Py_None);
    }
    if (seen.bits.obj)
        PyBuffer_Release(&seen.bits);
    if (seen.touched.obj)
        PyBuffer_Release(&seen.touched);
    PyBuffer_Release(&numbers);
    return found;
}

static PyMethodDef FUNCTIONS[] = {
    {"mark", mark, METH_VARARGS, "mark(bits, touched, numbers): the numbers, of 32 bits each, count as seen."},
    {NULL, NULL, 0, NULL},
};
static PyMethodDef METHODS[] = {
    {"scan", scan, METH_VARARGS, "scan(data, start, rows, bytes): (place, outcome)."},
    {"take", take, METH_NOARGS, "The rows so far, as (rows, [(validity, offsets, values)]) of revision, text and page; they are gone from here."},
    {"head", get_head, METH_NOARGS, "The head of the page that is open; None: no page is open."},
    {"leave", leave, METH_NOARGS, "The head of the page that is open, which another parser reads on; None: no page is open."},
    {"drop", drop, METH_NOARGS, "Takes back the rows since the page's head, or since `settle`."},
    {"settle", settle, METH_NOARGS, "What is here stays when the next page is dropped."},
    {"ended", get_ended, METH_NOARGS, "How many pages have come to their end."},
    {"open", get_open, METH_NOARGS, "Whether a page is open."},
    {"settled", get_settled, METH_NOARGS, "The rows of revision, text and page that `drop` leaves."},
    {"holds", get_holds, METH_NOARGS, "Whether there are rows."},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot SLOTS[] = {
    {Py_tp_init, (void *)init}, {Py_tp_new, (void *)PyType_GenericNew}, {Py_tp_dealloc, (void *)dealloc}, {Py_tp_methods, METHODS}, {0, NULL},
};
static PyType_Spec SPEC = {"carrel.sources.xml_dump._scan.Scanner", sizeof(Scanner), 0, Py_TPFLAGS_DEFAULT, SLOTS};
static PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT, "carrel.sources.xml_dump._scan", "The regular form of an export, read natively.", 0, FUNCTIONS, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__scan(void) {
    PyObject *module = PyModule_Create(&MODULE);
    PyObject *type = module ? PyType_FromSpec(&SPEC) : NULL;
    if (type == NULL || PyModule_AddObjectRef(module, "Scanner", type) < 0)
        Py_CLEAR(module);
    Py_XDECREF(type);
    return module;
}
