(* Chapter book/conventions. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* A sum over the numbers ⟨i, j⟩ is one over i and j. *)
Lemma sum_pairs (V : zmodType) l1 l2 (F : 'I_(l1 * l2) -> V) :
  \sum_(x < l1 * l2) F x = \sum_(i < l1) \sum_(j < l2) F ⟨i, j⟩.
Proof.
rewrite pair_sum; apply: eq_bigr => x _.
by rewrite -surjective_pairing mxtens_unindexK.
Qed.

Section Conventions.
Variable R : comRingType.

Lemma dotE p q (X Y : 'M[R]_(p, q)) :
  dot X Y = \sum_(i < p) \sum_(j < q) X i j * Y i j.
Proof.
rewrite /dot /mxtrace exchange_big; apply: eq_bigr => j _; rewrite mxE.
by apply: eq_bigr => i _; rewrite mxE.
Qed.

Lemma rearrangeE nA nB k1 k2 (S : 'M[R]_(nA * nB, k1 * k2)) r s c d :
  rearrange S ⟨d, s⟩ ⟨c, r⟩ = S ⟨r, s⟩ ⟨c, d⟩.
Proof. by rewrite mxE !mxtens_indexK. Qed.

Lemma restoreE nA nB k1 k2 (T : 'M[R]_(k2 * nB, k1 * nA)) r s c d :
  restore T ⟨r, s⟩ ⟨c, d⟩ = T ⟨d, s⟩ ⟨c, r⟩.
Proof. by rewrite mxE !mxtens_indexK. Qed.

(* K takes place ⟨j, i⟩ to place ⟨i, j⟩, from the left and from the right. *)
Lemma mul_K a b n (S : 'M[R]_(b * a, n)) i j y :
  (K a b *m S) ⟨i, j⟩ y = S ⟨j, i⟩ y.
Proof.
have := commutation (unvec (col y S)) => /colP/(_ ⟨i, j⟩).
rewrite unvecK vecE !mxE => <-; apply: eq_bigr => x _.
by rewrite !mxE.
Qed.

(* Lemmas 4 and 6 read backwards, for blocks numbered in any way. *)
Lemma rearrange_stack l n1 n2 n3 n4
    (F : 'I_l -> 'M[R]_(n1, n2)) (G : 'I_l -> 'M[R]_(n3, n4)) :
  rearrange (\sum_(i < l) F i ⊗ G i) = (stack G)^T *m stack F.
Proof.
apply/matrixP => y x; case: (mxtens_indexP y) => d s.
case: (mxtens_indexP x) => c r; rewrite rearrangeE summxE mxE.
apply: eq_bigr => i _; rewrite tensmxE mulrC [_^T _ _]mxE.
by rewrite ![stack _ _ _]mxE !vecE.
Qed.

End Conventions.

Theorem rearrange_kron (R : comRingType) (nA nB k1 k2 : nat)
    (A : 'M[R]_(nA, k1)) (B : 'M[R]_(nB, k2)) :
  rearrange (A ⊗ B) = vec B *m (vec A)^T.
Proof.
apply/matrixP => y x; case: (mxtens_indexP y) => d s.
case: (mxtens_indexP x) => c r; rewrite rearrangeE tensmxE mxE big_ord1.
by rewrite [_^T _ _]mxE !vecE mulrC.
Qed.

Theorem rearrange_restore (R : comRingType) (nA nB k1 k2 : nat)
    (S : 'M[R]_(nA * nB, k1 * k2)) (T : 'M[R]_(k2 * nB, k1 * nA)) :
  restore (rearrange S) = S /\ rearrange (restore T) = T.
Proof.
split; apply/matrixP => x y; case: (mxtens_indexP x) => ? ?.
  by case: (mxtens_indexP y) => ? ?; rewrite restoreE rearrangeE.
by case: (mxtens_indexP y) => ? ?; rewrite rearrangeE restoreE.
Qed.

(* Lemma 4 read backwards. *)
Theorem rearrange_sum (R : comRingType) (l nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l * nB, k2)) :
  let a := vecb_rows A in
  let b := vecb_rows B in
  rearrange (\sum_(i < l) row_block A i ⊗ row_block B i) = b^T *m a.
Proof. exact: rearrange_stack. Qed.

Theorem rearrange_isometry (R : comRingType) (nA nB k1 k2 : nat)
    (S T : 'M[R]_(nA * nB, k1 * k2)) :
  dot (rearrange S) (rearrange T) = dot S T.
Proof.
rewrite !dotE !sum_pairs exchange_big [RHS]exchange_big.
apply: eq_bigr => s _; under eq_bigr do rewrite sum_pairs.
under [RHS]eq_bigr do rewrite sum_pairs.
rewrite exchange_big [RHS]exchange_big; apply: eq_bigr => c _.
rewrite exchange_big; do 2!apply: eq_bigr => ? _.
by rewrite !rearrangeE.
Qed.

Theorem kron_vec (R : comRingType) (nA nB k1 k2 : nat)
    (A : 'M[R]_(nA, k1)) (B : 'M[R]_(nB, k2)) (X : 'M[R]_(k2, k1)) :
  (A ⊗ B) *m vec X = vec (B *m X *m A^T).
Proof.
apply/colP => x; case: (mxtens_indexP x) => r s; rewrite vecE mxE sum_pairs.
rewrite [RHS]mxE; apply: eq_bigr => c _; rewrite [_^T _ _]mxE.
rewrite [(B *m X) _ _]mxE mulr_suml; apply: eq_bigr => d _.
by rewrite tensmxE vecE -mulrA mulrC.
Qed.

(* The same under the row-major vec. *)
Theorem kron_vec_rows (R : comRingType) (nA nB k1 k2 : nat)
    (A : 'M[R]_(nA, k1)) (B : 'M[R]_(nB, k2)) (X : 'M[R]_(k1, k2)) :
  (A ⊗ B) *m vec_rows X = vec_rows (A *m X *m B^T).
Proof.
have rows p q (Y : 'M[R]_(p, q)) : vec_rows Y = vec Y^T.
  by apply/colP => x; rewrite !mxE.
by rewrite !rows kron_vec !trmx_mul trmxK mulmxA.
Qed.

(* The factors exchanged. *)
Theorem kron_exchange (R : comRingType) (nA nB k1 k2 : nat)
    (A : 'M[R]_(nA, k1)) (B : 'M[R]_(nB, k2)) :
  K nB nA *m (A ⊗ B) *m (K k2 k1)^T = B ⊗ A.
Proof.
apply/matrixP => x y; case: (mxtens_indexP x) => s r.
case: (mxtens_indexP y) => d c; rewrite -mulmxA mul_K.
by rewrite -[_ *m _]trmxK trmx_mul trmxK mxE mul_K mxE !tensmxE mulrC.
Qed.
