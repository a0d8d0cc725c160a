/* Characters of the regular form for the library: the twin of what `characters.py` does in Python.
 *
 * clean(data, start): up to where `data` holds nothing but what the regular form may hold: characters that XML allows, in UTF-8, no \r, no `]]>`, and
 * references that the exporter writes. What is cut at the end is not clean yet.
 * text(data): character data of the regular form as str.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>
#include "../sources/xml_dump/_scan_text.h"

static const uint8_t *clean_until(const uint8_t *begin, const uint8_t *at, const uint8_t *end) {
    char value;
    for (;;) {
        at = plain(at, end);
        if (at == end)
            return end;
        int length = 1;
        if (*at == '&')
            length = entity(at, end, &value);
        else if (*at >= 0x80)
            length = wide(at, end);
        else if (*at == '>')
            length = at - begin >= 2 && at[-1] == ']' && at[-2] == ']' ? 0 : 1;
        else if (*at != '<')
            length = 0;
        if (length <= 0)
            return at;
        at += length;
    }
}

static PyObject *clean(PyObject *module, PyObject *args) {
    Py_buffer data;
    Py_ssize_t start;
    (void)module;
    if (!PyArg_ParseTuple(args, "y*n", &data, &start))
        return NULL;
    if (start < 0 || start > data.len) {
        PyBuffer_Release(&data);
        PyErr_SetString(PyExc_ValueError, "start is outside of data");
        return NULL;
    }
    const uint8_t *begin = data.buf, *end;
    Py_BEGIN_ALLOW_THREADS
    end = clean_until(begin, begin + start, begin + data.len);
    Py_END_ALLOW_THREADS
    Py_ssize_t reached = end - begin;
    PyBuffer_Release(&data);
    return PyLong_FromSsize_t(reached);
}

static PyObject *unescaped(const char *data, Py_ssize_t length) {
    Bytes out = {NULL, 0, 0};
    const uint8_t *at = (const uint8_t *)data, *end = at + length;
    out.data = malloc((size_t)length);
    if (out.data == NULL)
        return PyErr_NoMemory();
    out.room = (size_t)length;
    while (at < end) {
        const uint8_t *mark = memchr(at, '&', (size_t)(end - at));
        if (mark == NULL)
            mark = end;
        add(&out, at, (size_t)(mark - at));
        at = mark;
        if (at < end) {
            char value = '&';
            int size = entity(at, end, &value);
            at += size > 0 ? size : 1;
            add(&out, &value, 1);
        }
    }
    PyObject *text = PyUnicode_DecodeUTF8((const char *)out.data, (Py_ssize_t)out.length, "strict");
    free(out.data);
    return text;
}

static PyObject *text(PyObject *module, PyObject *argument) {
    char *data;
    Py_ssize_t length;
    (void)module;
    if (PyBytes_AsStringAndSize(argument, &data, &length) < 0)
        return NULL;
    if (memchr(data, '&', (size_t)length) == NULL)
        return PyUnicode_DecodeUTF8(data, length, "strict");
    return unescaped(data, length);
}

static PyMethodDef METHODS[] = {
    {"clean", clean, METH_VARARGS, "clean(data, start): up to where data is clean."},
    {"text", text, METH_O, "text(data): character data as str."},
    {NULL, NULL, 0, NULL},
};
static PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "carrel.dumps._text", "Characters of the regular form, natively.", 0, METHODS, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__text(void) { return PyModule_Create(&MODULE); }
