(* Chapter book/functions. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation lemma_1 lemma_6.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* The double sum is the sum of Lemma 1, however the columns are cut. *)
Theorem corollary_1_rows (R : comRingType) (l1 l2 n1 n2 n3 : nat)
    (A : 'M[R]_(l1 * n1, l2 * n2)) (B : 'M[R]_(l1 * n3, l2 * n2)) :
  \sum_(i < l1) \sum_(j < l2) block A i j *m (block B i j)^T
  = \sum_(i < l1) row_block A i *m (row_block B i)^T.
Proof.
apply: eq_bigr => i _; apply/matrixP => r s; rewrite summxE [RHS]mxE.
under eq_bigr do rewrite mxE; rewrite pair_sum; apply: eq_bigr => x _.
by case: (mxtens_indexP x) => j c; rewrite mxtens_indexK !mxE.
Qed.

Theorem corollary_1 (R : comRingType) (l1 l2 n1 n2 n3 : nat)
    (A : 'M[R]_(l1 * n1, l2 * n2)) (B : 'M[R]_(l1 * n3, l2 * n2)) :
  \sum_(i < l1) \sum_(j < l2) block A i j *m (block B i j)^T
  = A^(n1, l2 * n2 * l1) *m (B^(n3, l2 * n2 * l1))^T.
Proof. by rewrite corollary_1_rows; exact: sum_abt. Qed.

Theorem corollary_2 (R : comRingType) (l1 l2 n1 n2 n3 n4 : nat)
    (A : 'M[R]_(l1 * n1, l2 * n2)) (B : 'M[R]_(l1 * n3, l2 * n4)) :
  let a := vecb A in
  let b := vecb B in
  \sum_(i < l1) \sum_(j < l2) block A i j ⊗ block B i j
  = (I n2 ⊗ K n4 n1 ⊗ I n3 *m fit (vec (b^T *m a)))^(n1 * n3, n2 * n4).
Proof. exact: sum_blocks. Qed.
