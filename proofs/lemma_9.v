(* Chapter book/lemma_9. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation lemma_1 lemma_2 conventions.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Lemma9.
Variable R : comRingType.

(* Weights come into the reshapes between the blocks. *)
Lemma reshape_weight l l' n k (A : 'M[R]_(l * n, k)) (W : 'M[R]_(l, l')) e
    r c j :
  (reshape A (p' := n) (q' := k * l) e *m (I k ⊗ W)) r ⟨c, j⟩
  = \sum_(i < l) W i j * row_block A i r c.
Proof.
rewrite mxE sum_pairs (bigD1 c) //= addrC big1 ?add0r => [|d].
  apply: eq_bigr => i _.
  by rewrite reshape_wide tensmxE [(I _) _ _]mxE eqxx mul1r mulrC.
move=> /negbTE other; apply: big1 => i _.
by rewrite tensmxE [(I _) _ _]mxE other mul0r mulr0.
Qed.

(* A weight for every block is one for every pair, where those of two
   different blocks are 0. *)
Lemma diag_weight (V : lmodType R) l (w : 'rV[R]_l) (F : 'I_l -> V) i :
  w 0 i *: F i = \sum_(j < l) diag_mx w i j *: F j.
Proof.
rewrite (bigD1 i) //= !mxE eqxx big1 ?addr0 // => j /negbTE other.
by rewrite mxE eq_sym other scale0r.
Qed.

End Lemma9.

(* Correlated levels: a weight for every pair of blocks. *)
Theorem lemma_9_double_abt (R : comRingType) (l l' nA nB k : nat)
    (A : 'M[R]_(l * nA, k)) (B : 'M[R]_(l' * nB, k)) (W : 'M[R]_(l, l')) :
  \sum_(i < l) \sum_(j < l') W i j *: (row_block A i *m (row_block B j)^T)
  = A^(nA, k * l) *m (I k ⊗ W) *m (B^(nB, k * l'))^T.
Proof.
apply/matrixP => r s; rewrite [RHS]mxE sum_pairs summxE.
transitivity (\sum_(i < l) \sum_(j < l') \sum_(c < k)
  W i j * row_block A i r c * row_block B j s c).
  apply: eq_bigr => i _; rewrite summxE; apply: eq_bigr => j _.
  rewrite mxE [(_ *m _) _ _]mxE mulr_sumr; apply: eq_bigr => c _.
  by rewrite [_^T _ _]mxE mulrA.
under eq_bigr do rewrite exchange_big; rewrite exchange_big.
apply: eq_bigr => c _; rewrite exchange_big; apply: eq_bigr => j _.
by rewrite reshape_weight [_^T _ _]mxE reshape_wide mulr_suml.
Qed.

Theorem lemma_9_double_kron (R : comRingType) (l l' nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l' * nB, k2)) (W : 'M[R]_(l, l')) :
  let a := vecb_rows A in
  let b := vecb_rows B in
  \sum_(i < l) \sum_(j < l') W i j *: (row_block A i ⊗ row_block B j)
  = restore (b^T *m W^T *m a).
Proof.
move=> a b; apply/matrixP => x y; case: (mxtens_indexP x) => r s.
case: (mxtens_indexP y) => c d; rewrite restoreE mxE summxE.
apply: eq_bigr => i _; rewrite mxE mulr_suml summxE; apply: eq_bigr => j _.
rewrite mxE tensmxE ![_^T _ _]mxE ![vecb_rows _ _ _]mxE !vecE.
by rewrite mulrCA mulrC [W _ _ * _]mulrC.
Qed.

(* What the library computes: the sums over j first. *)
Theorem lemma_9_nested_abt (R : comRingType) (l l' nA nB k : nat)
    (A : 'M[R]_(l * nA, k)) (B : 'M[R]_(l' * nB, k)) (W : 'M[R]_(l, l')) :
  \sum_(i < l) \sum_(j < l') W i j *: (row_block A i *m (row_block B j)^T)
  = \sum_(i < l) row_block A i *m (\sum_(j < l') W i j *: row_block B j)^T.
Proof.
apply: eq_bigr => i _; rewrite raddf_sum mulmx_sumr; apply: eq_bigr => j _.
by rewrite /= linearZ /= scalemxAr.
Qed.

Theorem lemma_9_nested_kron (R : comRingType) (l l' nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l' * nB, k2)) (W : 'M[R]_(l, l')) :
  \sum_(i < l) \sum_(j < l') W i j *: (row_block A i ⊗ row_block B j)
  = \sum_(i < l) row_block A i ⊗ (\sum_(j < l') W i j *: row_block B j).
Proof.
apply: eq_bigr => i _; apply/matrixP => x y; case: (mxtens_indexP x) => r s.
case: (mxtens_indexP y) => c d; rewrite tensmxE !summxE mulr_sumr.
apply: eq_bigr => j _.
by rewrite mxE tensmxE [X in _ = _ * X]mxE mulrCA.
Qed.

(* A weight for every block. *)
Theorem lemma_9_abt (R : comRingType) (l nA nB k : nat)
    (A : 'M[R]_(l * nA, k)) (B : 'M[R]_(l * nB, k)) (w : 'rV[R]_l) :
  \sum_(i < l) w 0 i *: (row_block A i *m (row_block B i)^T)
  = A^(nA, k * l) *m (I k ⊗ diag_mx w) *m (B^(nB, k * l))^T.
Proof.
rewrite -lemma_9_double_abt; apply: eq_bigr => i _.
exact: (diag_weight w (fun j => row_block A i *m (row_block B j)^T)).
Qed.

Theorem lemma_9_acbt (R : comRingType) (l nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (C : 'M[R]_(k1, k2)) (B : 'M[R]_(l * nB, k2))
    (w : 'rV[R]_l) :
  \sum_(i < l) w 0 i *: (row_block A i *m C *m (row_block B i)^T)
  = (A *m C)^(nA, k2 * l) *m (I k2 ⊗ diag_mx w) *m (B^(nB, k2 * l))^T.
Proof. by under eq_bigr do rewrite -row_block_mul; exact: lemma_9_abt. Qed.

Theorem lemma_9_residual_outer (R : comRingType) (l n k1 k2 : nat)
    (A : 'M[R]_(l * n, k1)) (B : 'M[R]_(l * n, k2)) (C : 'M[R]_(k2, k1))
    (w : 'rV[R]_l) :
  let E := A - B *m C in
  \sum_(i < l) w 0 i *: ((row_block A i - row_block B i *m C)
                       *m (row_block A i - row_block B i *m C)^T)
  = E^(n, k1 * l) *m (I k1 ⊗ diag_mx w) *m (E^(n, k1 * l))^T.
Proof.
move=> E; rewrite -lemma_9_abt; apply: eq_bigr => i _; rewrite -row_block_mul.
by congr (_ *: (_ *m _^T)); apply/matrixP => r c; rewrite !mxE.
Qed.

Theorem lemma_9_kron (R : comRingType) (l nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l * nB, k2)) (w : 'rV[R]_l) :
  let a := vecb_rows A in
  let b := vecb_rows B in
  \sum_(i < l) w 0 i *: (row_block A i ⊗ row_block B i)
  = restore (b^T *m diag_mx w *m a).
Proof.
move=> a b; rewrite -[diag_mx w]tr_diag_mx -lemma_9_double_kron.
apply: eq_bigr => i _.
exact: (diag_weight w (fun j => row_block A i ⊗ row_block B j)).
Qed.
