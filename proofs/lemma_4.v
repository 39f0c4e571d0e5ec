(* Chapter book/lemma_4. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Lemma4.
Variable R : comRingType.

(* Between identities K exchanges two inner axes. *)
Lemma interleave p a b q (x : 'cV[R]_(p * (b * a) * q)) c d r s :
  (I p ⊗ K a b ⊗ I q *m x) ⟨⟨c, ⟨d, r⟩⟩, s⟩ 0
  = x ⟨⟨c, ⟨r, d⟩⟩, s⟩ 0.
Proof.
rewrite mxE (bigD1 ⟨⟨c, ⟨r, d⟩⟩, s⟩) //= !tensmxE !mxE !mxtens_indexK !eqxx.
rewrite !mul1r big1 ?addr0 // => y.
case: (mxtens_indexP y) => y1 s'; case: (mxtens_indexP y1) => c' y2.
case: (mxtens_indexP y2) => r' d' other.
rewrite !tensmxE !mxE !mxtens_indexK /=.
case: (c =P c') other => [<-|_ _]; last by rewrite !mul0r.
case: (s =P s') => [<-|_ _]; last by rewrite mulr0 mul0r.
case: (d =P d') => [<-|_ _]; last by rewrite mulr0 !mul0r.
by case: (r =P r') => [<-|_ _]; rewrite ?eqxx // mulr0 !mul0r.
Qed.

(* Lemmas 4 and 6 are this, for blocks numbered in any way. *)
Lemma sum_kron l n1 n2 n3 n4
    (F : 'I_l -> 'M[R]_(n1, n2)) (G : 'I_l -> 'M[R]_(n3, n4)) e e' :
  \sum_(i < l) F i ⊗ G i
  = reshape (I n2 ⊗ K n4 n1 ⊗ I n3 *m
             resize (vec ((stack G)^T *m stack F)) e)
            (p' := n1 * n3) (q' := n2 * n4) e'.
Proof.
apply/matrixP => x y; case: (mxtens_indexP x) => r s.
case: (mxtens_indexP y) => c d; rewrite summxE.
rewrite (reshapeE _ _ (r := ⟨⟨c, ⟨d, r⟩⟩, s⟩) (c := 0)) /=; last by ring.
rewrite interleave (resizeE _ _ (y := ⟨⟨c, r⟩, ⟨d, s⟩⟩)) /=; last by ring.
rewrite vecE mxE; apply: eq_bigr => i _.
by rewrite tensmxE !mxE !mxtens_indexK mulrC.
Qed.

End Lemma4.

Theorem lemma_4 (R : comRingType) (l nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l * nB, k2)) :
  let a := vecb_rows A in
  let b := vecb_rows B in
  \sum_(i < l) row_block A i ⊗ row_block B i
  = (I k1 ⊗ K k2 nA ⊗ I nB *m fit (vec (b^T *m a)))^(nA * nB, k1 * k2).
Proof. exact: sum_kron. Qed.
