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

(* The commutation matrix, which takes vec(M) to vec(M') for M of shape
   (a, b): the 1 of row ⟨i, j⟩ stands in column ⟨j, i⟩. *)
Definition K a b : 'M[R]_(a * b, b * a) :=
  \matrix_(x, y) ((outer x == inner y) && (inner x == outer y))%:R.

End Definitions.

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
