"""The helper functions of the source, as printed there.

The errata execute them, and the notation shows where they differ from the
operators of the same purpose. Nothing else uses them. Only their layout is
changed.
"""

import numpy as np


def mat2vec(matrix):
    # Return vectorised matrix
    return matrix.transpose().reshape(matrix.shape[0] * matrix.shape[1], 1)


def vec2mat(vec):  # Only for square matrices
    # Return matrix
    return vec.reshape(
        np.int64(np.sqrt(vec.shape[0])), np.int64(np.sqrt(vec.shape[0]))
    ).transpose()


# Block vec with row-wise chunks of size n
def matb2vecb(matb, n):
    m = matb.shape[0]
    k = matb.shape[1]

    vecb = (
        matb.reshape(m // n, n, k)
        .transpose((1, 0, 2))
        .reshape(n, m * k // n)
        .transpose()
        .reshape(m // n, n * k)
    )

    # Return vectorised matrix
    return vecb


def comMat(a, b):
    # Example matrix with unique elements
    m = np.arange(a * b).reshape(a, b)

    # Vec(m) and Vec(m')
    vecm = mat2vec(m)
    vecmt = mat2vec(m.transpose())

    # Work out mapping between them.
    k = (vecm.transpose() == vecmt).astype(int).transpose()

    return k
