(* Chapter book/short_statements. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation conventions lemma_8.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section ShortStatements.
Variable R : comRingType.

Lemma trace_kron m n (A : 'M[R]_m) (B : 'M[R]_n) :
  \tr (A ⊗ B) = \tr A * \tr B.
Proof.
rewrite /mxtrace sum_pairs mulr_suml; apply: eq_bigr => i _.
by rewrite mulr_sumr; apply: eq_bigr => j _; rewrite tensmxE.
Qed.

(* Row i of vecb(A), times vec of the identity, is the trace of A_i. *)
Lemma trace_vecb l n (A : 'M[R]_(l * n, n)) i :
  (vecb_rows A *m vec (I n)) i 0 = \tr (row_block A i).
Proof.
rewrite mxE sum_pairs; apply: eq_bigr => c _; rewrite (bigD1 c) //=.
rewrite vecE mxE vecE !mxE eqxx mulr1 big1 ?addr0 // => r /negbTE other.
by rewrite vecE [(I n) _ _]mxE other mulr0.
Qed.

(* A column of the duplication matrix picks the place of a pair, and that of
   the pair turned where it is another. *)
Lemma sum_duplication p m (i j : 'I_m -> 'I_p) (F : 'I_(p * p) -> R) y :
  \sum_x duplication i j x y * F x
  = F ⟨i y, j y⟩ + (if i y == j y then 0 else F ⟨j y, i y⟩).
Proof.
rewrite (bigD1 ⟨i y, j y⟩) //= mxE eqxx mul1r; congr (_ + _).
case: eqP => [same|differ].
  by apply: big1 => x; rewrite mxE -same orbb => /negbTE ->; rewrite mul0r.
rewrite (bigD1 ⟨j y, i y⟩) /=; last first.
  apply/eqP => /(congr1 (@mxtens_unindex p p)); rewrite !mxtens_indexK.
  by case=> same _; exact: differ.
rewrite mxE eqxx orbT mul1r big1 ?addr0 // => x.
case/andP=> /negbTE one /negbTE two.
by rewrite mxE one two mul0r.
Qed.

End ShortStatements.

Theorem trace_of_sum (R : comRingType) (l nA nB : nat)
    (A : 'M[R]_(l * nA, nA)) (B : 'M[R]_(l * nB, nB)) :
  let S := \sum_(i < l) row_block A i ⊗ row_block B i in
  let a := vecb_rows A in
  let b := vecb_rows B in
  \tr S = \sum_(i < l) \tr (row_block A i) * \tr (row_block B i)
  /\
  \tr S = dot (a *m vec (I nA)) (b *m vec (I nB)).
Proof.
move=> S a b.
have trace : \tr S = \sum_(i < l) \tr (row_block A i) * \tr (row_block B i).
  by rewrite raddf_sum; apply: eq_bigr => i _; exact: trace_kron.
split=> //; rewrite trace dotE; apply: eq_bigr => i _.
by rewrite big_ord1 !trace_vecb.
Qed.

Theorem norm_of_sum (R : comRingType) (l nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l * nB, k2)) :
  let S := \sum_(i < l) row_block A i ⊗ row_block B i in
  let a := vecb_rows A in
  let b := vecb_rows B in
  dot S S = dot (a *m a^T) (b *m b^T).
Proof.
move=> S a b; rewrite -rearrange_isometry rearrange_sum -/a -/b.
by rewrite dot_mull trmxK mulmxA dotC dot_mulr.
Qed.

Theorem mixed_product (R : comRingType) (l nA nB k1 k2 m1 m2 : nat)
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l * nB, k2))
    (C : 'M[R]_(k1, m1)) (D : 'M[R]_(k2, m2)) :
  (\sum_(i < l) row_block A i ⊗ row_block B i) *m (C ⊗ D)
  = \sum_(i < l) (row_block A i *m C) ⊗ (row_block B i *m D).
Proof.
by rewrite mulmx_suml; apply: eq_bigr => i _; rewrite tensmx_mul.
Qed.

Theorem all_pairs (R : comRingType) (l l' nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l' * nB, k2)) :
  \sum_(i < l) \sum_(j < l') row_block A i ⊗ row_block B j
  = (\sum_(i < l) row_block A i) ⊗ (\sum_(j < l') row_block B j).
Proof.
apply/matrixP => x y; case: (mxtens_indexP x) => r s.
case: (mxtens_indexP y) => c d; rewrite tensmxE !summxE mulr_suml.
apply: eq_bigr => i _; rewrite summxE mulr_sumr.
by apply: eq_bigr => j _; rewrite tensmxE.
Qed.

Theorem face_splitting_gram (R : comRingType) (m p q : nat)
    (A : 'M[R]_(m, p)) (B : 'M[R]_(m, q)) :
  (A • B)^T *m (A • B)
    = \sum_(t < m) ((row t A)^T *m row t A) ⊗ ((row t B)^T *m row t B)
  /\
  (A • B) *m (A • B)^T = (A *m A^T) ∘ (B *m B^T).
Proof.
split; apply/matrixP => x y.
  case: (mxtens_indexP x) => i j; case: (mxtens_indexP y) => c d.
  rewrite mxE summxE; apply: eq_bigr => t _.
  by rewrite tensmxE !mxE !big_ord1 !mxE !mxtens_indexK mulrACA.
rewrite mxE sum_pairs !mxE mulr_suml; apply: eq_bigr => i _.
rewrite mulr_sumr; apply: eq_bigr => j _.
by rewrite !mxE !mxtens_indexK mulrACA.
Qed.

Theorem khatri_rao_gram (R : comRingType) (p q m : nat)
    (A : 'M[R]_(p, m)) (B : 'M[R]_(q, m)) :
  let P := khatri_rao A B in
  P *m P^T = \sum_(t < m) (col t A *m (col t A)^T) ⊗ (col t B *m (col t B)^T)
  /\
  P^T *m P = (A^T *m A) ∘ (B^T *m B).
Proof.
have turn : khatri_rao A B = (A^T • B^T)^T.
  by apply/matrixP => x t; rewrite !mxE.
rewrite /= turn !trmxK; have [-> ->] := face_splitting_gram A^T B^T.
by rewrite !trmxK; split=> //; apply: eq_bigr => t _; rewrite -!tr_col !trmxK.
Qed.

(* The diagonal of b'a, where Lemma 4 needs all of it. *)
Theorem hadamard_of_sum (R : comRingType) (l n k : nat)
    (A B : 'M[R]_(l * n, k)) :
  let a := vecb_rows A in
  let b := vecb_rows B in
  vec (\sum_(i < l) row_block A i ∘ row_block B i)
  = \col_x (b^T *m a) x x.
Proof.
move=> a b; apply/colP => x; case: (mxtens_indexP x) => c r.
rewrite vecE summxE !mxE; apply: eq_bigr => i _.
by rewrite mulrC !mxE !mxtens_indexK /=.
Qed.

(* Without the half of the chapter: 2 need not have an inverse in R. *)
Theorem compressed (R : comRingType) (l1 l2 p q m n : nat)
    (S : 'M[R]_(l1 * p, l2 * q))
    (a b : 'I_m -> 'I_p) (c d : 'I_n -> 'I_q) (x : 'I_m) (y : 'I_n) :
  let sum := \sum_(i < l1) \sum_(j < l2) block S i j ⊗ block S i j in
  let s := vecb S in
  let T a c b d := (s^T *m s) ⟨c, a⟩ ⟨d, b⟩ in
  ((duplication a b)^T *m sum *m duplication c d) x y *+ 2
  = (T (a x) (c y) (b x) (d y) + T (a x) (d y) (b x) (c y))
    *+ ((2 - (a x == b x)) * (2 - (c y == d y))).
Proof.
move=> sum s T.
have entry u v w z : sum ⟨u, v⟩ ⟨w, z⟩ = T u w v z.
  rewrite /sum pair_sum summxE /T mxE; apply: eq_bigr => k _.
  by rewrite tensmxE [_^T _ _]mxE ![s _ _]mxE !vecE.
have turn u w v z : T u w v z = T v z u w.
  rewrite /T mxE [RHS]mxE; apply: eq_bigr => k _.
  by rewrite ![_^T _ _]mxE mulrC.
rewrite -mulmxA mxE; under eq_bigr do rewrite [_^T _ _]mxE.
rewrite sum_duplication.
have inner_sum u v : (sum *m duplication c d) ⟨u, v⟩ y
    = T u (c y) v (d y) + (if c y == d y then 0 else T u (d y) v (c y)).
  rewrite mxE; under eq_bigr do rewrite mulrC.
  by rewrite sum_duplication !entry.
rewrite !inner_sum [T (b x) (c y) _ _]turn [T (b x) (d y) _ _]turn.
case: (a x == b x); case: eqP => [same|_]; rewrite ?addr0 //=.
  by rewrite same mulr2n.
by rewrite [X in _ + X]addrC -mulr2n -mulrnA.
Qed.
