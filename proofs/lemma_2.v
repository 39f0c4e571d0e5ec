(* Chapter book/lemma_2. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation lemma_1.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* Row block i of a product is row block i of its first factor, times the
   second. *)
Lemma row_block_mul (R : comRingType) l n k k'
    (A : 'M[R]_(l * n, k)) (C : 'M[R]_(k, k')) i :
  row_block (A *m C) i = row_block A i *m C.
Proof.
by apply/matrixP => r c; rewrite !mxE; apply: eq_bigr => j _; rewrite mxE.
Qed.

Theorem lemma_2_left (R : comRingType) (l nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (C : 'M[R]_(k1, k2))
    (B : 'M[R]_(l * nB, k2)) :
  \sum_(i < l) row_block A i *m C *m (row_block B i)^T
  = (A *m C)^(nA, k2 * l) *m (B^(nB, k2 * l))^T.
Proof. by rewrite -sum_abt; under eq_bigr do rewrite -row_block_mul. Qed.

Theorem lemma_2_right (R : comRingType) (l nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (C : 'M[R]_(k1, k2))
    (B : 'M[R]_(l * nB, k2)) :
  \sum_(i < l) row_block A i *m C *m (row_block B i)^T
  = A^(nA, k1 * l) *m ((B *m C^T)^(nB, k1 * l))^T.
Proof.
rewrite -sum_abt; apply: eq_bigr => i _.
by rewrite row_block_mul trmx_mul trmxK mulmxA.
Qed.
