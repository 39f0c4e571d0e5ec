(* Chapter book/lemma_5. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation lemma_4 lemma_6.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Theorem lemma_5 (R : comRingType) (l1 l2 nA nB nC nD k1 k2 : nat)
    (A : 'M[R]_(l1 * nA, k1)) (B : 'M[R]_(l2 * nB, k1))
    (C : 'M[R]_(l1 * nC, k2)) (D : 'M[R]_(l2 * nD, k2)) :
  \sum_(j < l2) \sum_(i < l1)
    (row_block A i *m (row_block B j)^T) ⊗
    (row_block C i *m (row_block D j)^T)
  = (\sum_(i < l1) row_block A i ⊗ row_block C i)
    *m (\sum_(j < l2) row_block B j ⊗ row_block D j)^T.
Proof.
rewrite raddf_sum mulmx_sumr; apply: eq_bigr => j _.
rewrite mulmx_suml; apply: eq_bigr => i _.
by rewrite /= trmx_tens tensmx_mul.
Qed.

(* Both sums by Lemma 4. *)
Theorem lemma_5_reshapes (R : comRingType) (l1 l2 nA nB nC nD k1 k2 : nat)
    (A : 'M[R]_(l1 * nA, k1)) (B : 'M[R]_(l2 * nB, k1))
    (C : 'M[R]_(l1 * nC, k2)) (D : 'M[R]_(l2 * nD, k2)) :
  let a := vecb_rows A in
  let b := vecb_rows B in
  let c := vecb_rows C in
  let d := vecb_rows D in
  \sum_(j < l2) \sum_(i < l1)
    (row_block A i *m (row_block B j)^T) ⊗
    (row_block C i *m (row_block D j)^T)
  = (I k1 ⊗ K k2 nA ⊗ I nC *m fit (vec (c^T *m a)))^(nA * nC, k1 * k2)
    *m ((I k1 ⊗ K k2 nB ⊗ I nD *m fit (vec (d^T *m b)))
          ^(nB * nD, k1 * k2))^T.
Proof. by move=> a b c d; rewrite lemma_5 -!sum_kron. Qed.

(* The other way: X = AB' and Y = CD' in the general form of Lemma 6. *)
Theorem lemma_5_blocks (R : comRingType) (l1 l2 nA nB nC nD k1 k2 : nat)
    (A : 'M[R]_(l1 * nA, k1)) (B : 'M[R]_(l2 * nB, k1))
    (C : 'M[R]_(l1 * nC, k2)) (D : 'M[R]_(l2 * nD, k2)) :
  let X := A *m B^T in
  let Y := C *m D^T in
  \sum_(j < l2) \sum_(i < l1)
    (row_block A i *m (row_block B j)^T) ⊗
    (row_block C i *m (row_block D j)^T)
  = \sum_(i < l1) \sum_(j < l2) block X i j ⊗ block Y i j.
Proof.
move=> X Y; rewrite exchange_big.
by do 2!apply: eq_bigr => ? _; rewrite !block_mul.
Qed.
