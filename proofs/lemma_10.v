(* Chapter book/lemma_10. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation conventions.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* Rows t of A and B belong to group g t, whatever the sizes of the groups. *)
Theorem lemma_10_rows (R : comRingType) (m l p q : nat) (g : 'I_m -> 'I_l)
    (A : 'M[R]_(m, p)) (B : 'M[R]_(m, q)) (i : 'I_l) :
  row i (indicator g *m (B • A)) = (vec (group_product g A B i))^T.
Proof.
apply/rowP => x; case: (mxtens_indexP x) => c r.
rewrite [RHS]mxE vecE [LHS]mxE mxE summxE [RHS]big_mkcond.
apply: eq_bigr => t _; rewrite !mxE mxtens_indexK big_ord1 !mxE /=.
by case: (g t == i); rewrite ?mul1r ?mul0r // mulrC.
Qed.

Theorem lemma_10 (R : comRingType) (m l p q u v : nat) (g : 'I_m -> 'I_l)
    (A : 'M[R]_(m, p)) (B : 'M[R]_(m, q))
    (C : 'M[R]_(m, u)) (D : 'M[R]_(m, v)) :
  let Gamma := indicator g in
  \sum_(i < l) group_product g A B i ⊗ group_product g C D i
  = restore ((Gamma *m (D • C))^T *m (Gamma *m (B • A))).
Proof.
move=> Gamma; apply/matrixP => x y; case: (mxtens_indexP x) => r s.
case: (mxtens_indexP y) => c d; rewrite summxE restoreE mxE.
apply: eq_bigr => i _; rewrite tensmxE mulrC [_^T _ _]mxE.
have entry n k (X : 'M[R]_(m, n)) (Y : 'M[R]_(m, k)) a b :
    (Gamma *m (Y • X)) i ⟨b, a⟩ = group_product g X Y i a b.
  have /rowP/(_ ⟨b, a⟩) := lemma_10_rows g X Y i.
  by rewrite !mxE mxtens_indexK.
by rewrite !entry.
Qed.

(* Without a second factor the groups do not matter. *)
Theorem lemma_10_total (R : comRingType) (m l p q : nat) (g : 'I_m -> 'I_l)
    (A : 'M[R]_(m, p)) (B : 'M[R]_(m, q)) :
  \sum_(i < l) group_product g A B i = A^T *m B.
Proof.
transitivity (\sum_t (row t A)^T *m row t B).
  by rewrite (partition_big g xpredT).
apply/matrixP => r c; rewrite summxE [RHS]mxE; apply: eq_bigr => t _.
by rewrite !mxE big_ord1 !mxE.
Qed.
