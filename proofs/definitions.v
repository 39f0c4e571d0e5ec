(* The operators of the book, as its chapter book/notation defines them.

   Only definitions stand here. What is proved stands in the file that has
   the name of its chapter, and is true of these definitions.

   R is any commutative ring; 'M[R]_(p, q) is the type of the p by q matrices
   over R, and 'I_p that of the numbers 0, ..., p - 1. A product of matrices
   is written *m, a transpose ^T. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Export mxtens.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Local Open Scope ring_scope.

(* ⟨i, r⟩ is the number i * n + r for r < n: entry r of piece i, where pieces
   of n entries stand one after the other. outer and inner undo it. *)
Notation "⟨ i , r ⟩" := (mxtens_index (i, r)) (format "⟨ i ,  r ⟩").
Notation outer x := (mxtens_unindex x).1.
Notation inner x := (mxtens_unindex x).2.

(* The Kronecker product of Mathematical Components: its entry in row ⟨i, r⟩
   and column ⟨j, c⟩ is the product of A i j and B r c. *)
Notation "A ⊗ B" := (tensmx A B) (at level 40, left associativity).

Section Definitions.
Variable R : comRingType.

(* Row block i of a matrix of l blocks of n rows. *)
Definition row_block l n k (A : 'M[R]_(l * n, k)) (i : 'I_l) : 'M_(n, k) :=
  \matrix_(r, c) A ⟨i, r⟩ c.

(* Block (i, j) of a matrix of l1 by l2 blocks of shape (n1, n2). *)
Definition block l1 n1 l2 n2 (A : 'M[R]_(l1 * n1, l2 * n2))
    (i : 'I_l1) (j : 'I_l2) : 'M_(n1, n2) :=
  \matrix_(r, c) A ⟨i, r⟩ ⟨j, c⟩.

(* vec stacks the columns: entry r of column c is entry ⟨c, r⟩. *)
Definition vec p q (A : 'M[R]_(p, q)) : 'cV_(q * p) :=
  \col_x A (inner x) (outer x).

Definition unvec p q (x : 'cV[R]_(q * p)) : 'M_(p, q) :=
  \matrix_(r, c) x ⟨c, r⟩ 0.

(* The same column, where e proves that its length may be written so. *)
Definition resize N N' (x : 'cV[R]_N) (e : N = N') : 'cV_N' :=
  castmx (e, erefl 1%N) x.

(* The column-major reshape: the (p', q') matrix with the same vec, where e
   proves that it has as many entries. *)
Definition reshape p q (A : 'M[R]_(p, q)) p' q' (e : (q * p = q' * p')%N) :
    'M_(p', q') :=
  unvec (resize (vec A) e).

(* The row-major reshape, which the source has in its Lemmas 1 to 3: the same
   with rows for columns. *)
Definition vec_rows p q (A : 'M[R]_(p, q)) : 'cV_(p * q) :=
  \col_x A (outer x) (inner x).

Definition unvec_rows p q (x : 'cV[R]_(p * q)) : 'M_(p, q) :=
  \matrix_(r, c) x ⟨r, c⟩ 0.

Definition row_major p q (A : 'M[R]_(p, q)) p' q' (e : (p * q = p' * q')%N) :
    'M_(p', q') :=
  unvec_rows (resize (vec_rows A) e).

(* One row for each of l blocks of one shape: row i is vec(F i)'. *)
Definition stack l n k (F : 'I_l -> 'M[R]_(n, k)) : 'M_(l, k * n) :=
  \matrix_(i, x) vec (F i) x 0.

(* vecb of a matrix of row blocks, and of one cut both ways, whose row ⟨i, j⟩
   is that of block (i, j). *)
Definition vecb_rows l n k (A : 'M[R]_(l * n, k)) : 'M_(l, k * n) :=
  stack (row_block A).

Definition vecb l1 n1 l2 n2 (A : 'M[R]_(l1 * n1, l2 * n2)) :
    'M_(l1 * l2, n2 * n1) :=
  stack (fun x : 'I_(l1 * l2) => block A (outer x) (inner x)).

(* The matrix of row blocks F 0, F 1, ..., and those that have V as vecb. *)
Definition of_blocks l n k (F : 'I_l -> 'M[R]_(n, k)) : 'M_(l * n, k) :=
  \matrix_(x, c) F (outer x) (inner x) c.

Definition unvecb_rows l n k (V : 'M[R]_(l, k * n)) : 'M_(l * n, k) :=
  \matrix_(x, c) V (outer x) ⟨c, inner x⟩.

Definition unvecb l1 n1 l2 n2 (V : 'M[R]_(l1 * l2, n2 * n1)) :
    'M_(l1 * n1, l2 * n2) :=
  \matrix_(x, y) V ⟨outer x, outer y⟩ ⟨inner y, inner x⟩.

(* The rearrangement, for A of shape (nA, k1) and B of shape (nB, k2), takes
   A ⊗ B to vec(B) vec(A)': entry (⟨r, s⟩, ⟨c, d⟩) goes to (⟨d, s⟩, ⟨c, r⟩).
   restore brings it back. *)
Definition rearrange nA nB k1 k2 (S : 'M[R]_(nA * nB, k1 * k2)) :
    'M_(k2 * nB, k1 * nA) :=
  \matrix_(y, x) S ⟨inner x, inner y⟩ ⟨outer x, outer y⟩.

Definition restore nA nB k1 k2 (T : 'M[R]_(k2 * nB, k1 * nA)) :
    'M_(nA * nB, k1 * k2) :=
  \matrix_(x, y) T ⟨inner y, inner x⟩ ⟨outer y, outer x⟩.

(* The sum of the products of entries in the same place. *)
Definition dot p q (X Y : 'M[R]_(p, q)) : R := \tr (X^T *m Y).

(* The products of entries in the same place. *)
Definition hadamard p q (A B : 'M[R]_(p, q)) : 'M_(p, q) :=
  \matrix_(i, j) (A i j * B i j).

(* The face-splitting product, whose row t is the Kronecker product of rows t,
   and the Khatri-Rao product, the same with columns for rows. *)
Definition face_splitting m p q (A : 'M[R]_(m, p)) (B : 'M[R]_(m, q)) :
    'M_(m, p * q) :=
  \matrix_(t, x) (A t (outer x) * B t (inner x)).

Definition khatri_rao p q m (A : 'M[R]_(p, m)) (B : 'M[R]_(q, m)) :
    'M_(p * q, m) :=
  \matrix_(x, t) (A (outer x) t * B (inner x) t).

(* For rows of which row t belongs to group g t: the 0/1 matrix whose row i
   adds the rows of group i, and A_i' B_i, where A_i and B_i have these rows
   alone. *)
Definition indicator m l (g : 'I_m -> 'I_l) : 'M[R]_(l, m) :=
  \matrix_(i, t) (g t == i)%:R.

Definition group_product m l (g : 'I_m -> 'I_l) p q
    (A : 'M[R]_(m, p)) (B : 'M[R]_(m, q)) (i : 'I_l) : 'M_(p, q) :=
  \sum_(t | g t == i) (row t A)^T *m row t B.

(* The duplication matrix of pairs of numbers, whose column y is that of the
   pair of i y and j y: it is 1 at their place in vec, in either order. *)
Definition duplication p m (i j : 'I_m -> 'I_p) : 'M[R]_(p * p, m) :=
  \matrix_(x, y) ((x == ⟨i y, j y⟩) || (x == ⟨j y, i y⟩))%:R.

(* The commutation matrix, which takes vec(M) to vec(M') for M of shape
   (a, b): the 1 of row ⟨i, j⟩ stands in column ⟨j, i⟩. *)
Definition K a b : 'M[R]_(a * b, b * a) :=
  \matrix_(x, y) ((outer x == inner y) && (inner x == outer y))%:R.

End Definitions.

Notation "A ∘ B" := (hadamard A B) (at level 40, left associativity).
Notation "A • B" := (face_splitting A B) (at level 40, left associativity).
Arguments indicator {R m l} g.
Arguments duplication {R p m} i j.
Arguments K {R} a b.
Notation I p := (1%:M : 'M_p).

(* The book's A^(p,q), and a column whose length is written as the place asks
   where it stands. Coq proves by ring that the sizes fit; where they do not,
   the statement is refused. *)
Ltac sizes_fit := rewrite ?mul1n ?muln1; ring.
Arguments resize {R N N'} x & e.
Notation "A ^( p , q )" := (reshape A (p' := p) (q' := q) ltac:(sizes_fit))
  (at level 2, p, q at level 99, only parsing).
Notation "A ^row( p , q )" :=
  (row_major A (p' := p) (q' := q) ltac:(sizes_fit))
  (at level 2, p, q at level 99, only parsing).
Notation fit x := (resize x ltac:(sizes_fit)) (only parsing).
