(* Chapter book/lemma_6. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation lemma_4.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* The blocks of a product are the products of row blocks. *)
Lemma block_mul (R : comRingType) l1 l2 n1 n2 k
    (B : 'M[R]_(l1 * n1, k)) (C : 'M[R]_(l2 * n2, k)) i j :
  block (B *m C^T) i j = row_block B i *m (row_block C j)^T.
Proof.
by apply/matrixP => r c; rewrite !mxE; apply: eq_bigr => x _; rewrite !mxE.
Qed.

(* Lemma 6 in general, whatever the proofs that the sizes fit. *)
Lemma sum_blocks (R : comRingType) l1 l2 n1 n2 n3 n4
    (A : 'M[R]_(l1 * n1, l2 * n2)) (B : 'M[R]_(l1 * n3, l2 * n4)) e e' :
  \sum_(i < l1) \sum_(j < l2) block A i j ⊗ block B i j
  = reshape (I n2 ⊗ K n4 n1 ⊗ I n3 *m resize (vec ((vecb B)^T *m vecb A)) e)
            (p' := n1 * n3) (q' := n2 * n4) e'.
Proof. by rewrite pair_sum; exact: sum_kron. Qed.

Theorem lemma_6_general (R : comRingType) (l1 l2 n1 n2 n3 n4 : nat)
    (A : 'M[R]_(l1 * n1, l2 * n2)) (B : 'M[R]_(l1 * n3, l2 * n4)) :
  let a := vecb A in
  let b := vecb B in
  \sum_(i < l1) \sum_(j < l2) block A i j ⊗ block B i j
  = (I n2 ⊗ K n4 n1 ⊗ I n3 *m fit (vec (b^T *m a)))^(n1 * n3, n2 * n4).
Proof. exact: sum_blocks. Qed.

Theorem lemma_6 (R : comRingType) (l1 l2 n1A n2A nB nC k : nat)
    (A : 'M[R]_(l1 * n1A, l2 * n2A))
    (B : 'M[R]_(l1 * nB, k)) (C : 'M[R]_(l2 * nC, k)) :
  let X := B *m C^T in
  let a := vecb A in
  let x := vecb X in
  \sum_(j < l2) \sum_(i < l1)
    block A i j ⊗ (row_block B i *m (row_block C j)^T)
  = (I n2A ⊗ K nC n1A ⊗ I nB *m fit (vec (x^T *m a)))^(n1A * nB, n2A * nC).
Proof.
move=> X a x; rewrite exchange_big -sum_blocks.
by do 2!apply: eq_bigr => ? _; rewrite block_mul.
Qed.
