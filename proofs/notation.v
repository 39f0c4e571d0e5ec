(* Chapter book/notation. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* A sum over i and j is one over the numbers ⟨i, j⟩. *)
Lemma pair_sum (V : zmodType) l1 l2 (F : 'I_l1 -> 'I_l2 -> V) :
  \sum_(i < l1) \sum_(j < l2) F i j
  = \sum_(x < l1 * l2) F (outer x) (inner x).
Proof.
rewrite pair_big (reindex (@mxtens_unindex l1 l2)) //.
exists (@mxtens_index l1 l2) => x _; first exact: mxtens_unindexK.
exact: mxtens_indexK.
Qed.

Section Notation.
Variable R : comRingType.

Lemma vecE p q (A : 'M[R]_(p, q)) r c : vec A ⟨c, r⟩ 0 = A r c.
Proof. by rewrite mxE mxtens_indexK. Qed.

Lemma vecK p q : cancel (@vec R p q) (@unvec R p q).
Proof. by move=> A; apply/matrixP => r c; rewrite !mxE mxtens_indexK. Qed.

Lemma unvecK p q : cancel (@unvec R p q) (@vec R p q).
Proof.
move=> x; apply/colP => y; rewrite !mxE -surjective_pairing.
by rewrite mxtens_unindexK.
Qed.

Lemma resizeE N N' (x : 'cV[R]_N) (e : N = N') (y : 'I_N) (y' : 'I_N') :
  y' = y :> nat -> resize x e y' 0 = x y 0.
Proof.
move=> same; rewrite castmxE; congr (x _ _); last exact: ord1.
exact: val_inj.
Qed.

(* The reshape keeps vec. *)
Theorem vec_reshape p q (A : 'M[R]_(p, q)) p' q' (e : (q * p = q' * p')%N) :
  vec (reshape A e) = resize (vec A) e.
Proof. exact: unvecK. Qed.

(* An entry of the reshape is that with the same place in vec. *)
Lemma reshapeE p q (A : 'M[R]_(p, q)) p' q' (e : (q * p = q' * p')%N)
    (r : 'I_p) (c : 'I_q) (r' : 'I_p') (c' : 'I_q') :
  (c' * p' + r' = c * p + r)%N -> reshape A e r' c' = A r c.
Proof. by move=> same; rewrite mxE (resizeE _ _ (y := ⟨c, r⟩)) ?vecE. Qed.

(* A row-major reshape is the transpose of a column-major one. *)
Theorem row_major_transpose p q (A : 'M[R]_(p, q)) p' q'
    (e e' : (q * p = p' * q')%N) :
  row_major A^T e = (reshape A e')^T.
Proof.
apply/matrixP => r c; rewrite !mxE.
set x := cast_ord (esym e) ⟨r, c⟩.
rewrite (resizeE _ e (y := x)) // (resizeE _ e' (y := x)) //.
by rewrite !mxE.
Qed.

(* K_{a,b} vec(M) = vec(M') for M of shape (a, b). *)
Theorem commutation a b (M : 'M[R]_(a, b)) : K a b *m vec M = vec M^T.
Proof.
apply/colP => x; case: (mxtens_indexP x) => i j; rewrite vecE !mxE.
rewrite (bigD1 ⟨j, i⟩) //= vecE !mxE !mxtens_indexK !eqxx mul1r.
rewrite big1 ?addr0 // => y; case: (mxtens_indexP y) => j' i' other.
rewrite mxE !mxtens_indexK /=.
case: (i =P i') other => [<-|_ _]; last by rewrite mul0r.
by case: (j =P j') => [<-|_ _]; rewrite ?eqxx ?mul0r.
Qed.

Theorem commutation_transpose a b : (K a b)^T = K b a :> 'M[R]_(_, _).
Proof.
by apply/matrixP => x y; rewrite !mxE andbC eq_sym [inner x == _]eq_sym.
Qed.

Theorem commutation_inverse a b : K b a *m K a b = 1%:M :> 'M[R]_(b * a).
Proof.
apply/matrixP => x y.
have /colP/(_ x) : K b a *m K a b *m col y 1%:M = col y 1%:M :> 'cV[R]__.
  by rewrite -mulmxA -[col y _]unvecK !commutation trmxK.
by rewrite !colE !mul1mx -colE [col _ _ _ _]mxE => ->; rewrite !mxE andbT.
Qed.

(* Row blocks are blocks as wide as the matrix. *)
Theorem vecb_of_row_blocks l n k (A : 'M[R]_(l * n, k)) :
  vecb (castmx (erefl, esym (mul1n k)) A)
  = castmx (esym (muln1 l), erefl) (vecb_rows A).
Proof.
apply/matrixP => x y; rewrite castmxE !mxE castmxE; congr (A _ _).
  by apply: val_inj => /=; rewrite divn1.
by apply: val_inj => /=; rewrite modn1.
Qed.

End Notation.
