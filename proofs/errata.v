(* Chapter book/errata: what the source prints wrong, refuted where one
   example settles it. The numbers are those of the chapter. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation lemma_1 computed.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* The matrix of integers with these rows. *)
Notation matrix_of rows := (mx _ _ (entries rows)).

(* Both sides, evaluated, differ in entry (i, j). *)
Ltac refute i j :=
  evaluate; apply (@mx_differ _ _ _ _ _ i j); by vm_compute.

(* Erratum 1: Lemma 1 as printed, ((A')^r(kl,n))' (B')^r(kl,n), is true of the
   row-major reshape, and not of the column-major one, which the source means
   in Lemmas 4 to 6. *)
Theorem erratum_1_row_major (R : comRingType) (l nA nB k : nat)
    (A : 'M[R]_(l * nA, k)) (B : 'M[R]_(l * nB, k)) :
  \sum_(i < l) row_block A i *m (row_block B i)^T
  = ((A^T)^row(k * l, nA))^T *m (B^T)^row(k * l, nB).
Proof.
rewrite (sum_abt A B).
by rewrite !row_major_transpose !trmxK.
Qed.

Theorem erratum_1 : exists l n k, exists A B : 'M[int]_(l * n, k),
  \sum_(i < l) row_block A i *m (row_block B i)^T
  <> ((A^T)^(k * l, n))^T *m (B^T)^(k * l, n).
Proof.
exists 2%N, 2%N, 1%N, (matrix_of [:: [:: 1]; [:: 2]; [:: 3]; [:: 4]]).
exists (matrix_of [:: [:: 1]; [:: 0]; [:: 0]; [:: 0]]).
refute 1%N 0%N.
Qed.

(* Nor is Lemma 4 true with a row-major reshape at its end. *)
Theorem erratum_1_lemma_4 : exists l n k1 k2,
  exists (A : 'M[int]_(l * n, k1)) (B : 'M[int]_(l * n, k2)),
  \sum_(i < l) row_block A i ⊗ row_block B i
  <> (I k1 ⊗ K k2 n ⊗ I n *m fit (vec ((vecb_rows B)^T *m vecb_rows A)))
       ^row(n * n, k1 * k2).
Proof.
exists 1%N, 2%N, 1%N, 2%N, (matrix_of [:: [:: 1]; [:: 2]]).
exists (matrix_of [:: [:: 1; 2]; [:: 3; 4]]).
refute 0%N 1%N.
Qed.

(* Erratum 3: Lemmas 4 to 6 with K of the indices as printed. *)
Theorem erratum_3_lemma_4 : exists l n k1 k2,
  exists (A : 'M[int]_(l * n, k1)) (B : 'M[int]_(l * n, k2)),
  \sum_(i < l) row_block A i ⊗ row_block B i
  <> (I k1 ⊗ K n k2 ⊗ I n *m fit (vec ((vecb_rows B)^T *m vecb_rows A)))
       ^(n * n, k1 * k2).
Proof.
exists 1%N, 2%N, 1%N, 3%N, (matrix_of [:: [:: 1]; [:: 2]]).
exists (matrix_of [:: [:: 1; 2; 3]; [:: 4; 5; 6]]).
refute 0%N 1%N.
Qed.

Theorem erratum_3_lemma_5 : exists l1 l2 n1 n2 k1 k2,
  exists (A : 'M[int]_(l1 * n1, k1)) (B : 'M[int]_(l2 * n2, k1)),
  exists (C : 'M[int]_(l1 * n1, k2)) (D : 'M[int]_(l2 * n2, k2)),
  let a := vecb_rows A in
  let b := vecb_rows B in
  let c := vecb_rows C in
  let d := vecb_rows D in
  \sum_(j < l2) \sum_(i < l1)
    (row_block A i *m (row_block B j)^T) ⊗
    (row_block C i *m (row_block D j)^T)
  <> (I k1 ⊗ K n1 k2 ⊗ I n1 *m fit (vec (c^T *m a)))^(n1 * n1, k1 * k2)
     *m ((I k1 ⊗ K n2 k2 ⊗ I n2 *m fit (vec (d^T *m b)))
           ^(n2 * n2, k1 * k2))^T.
Proof.
exists 1%N, 1%N, 2%N, 1%N, 1%N, 3%N, (matrix_of [:: [:: 1]; [:: 2]]).
exists (matrix_of [:: [:: 1]]).
exists (matrix_of [:: [:: 1; 2; 3]; [:: 4; 5; 6]]).
exists (matrix_of [:: [:: 0; 1; 0]]); move=> a b c d.
rewrite {}/a {}/b {}/c {}/d; refute 0%N 0%N.
Qed.

Theorem erratum_3_lemma_6 : exists l1 l2 n1 n2 k,
  exists A : 'M[int]_(l1 * n1, l2 * n2),
  exists (B : 'M[int]_(l1 * n1, k)) (C : 'M[int]_(l2 * n2, k)),
  \sum_(j < l2) \sum_(i < l1)
    block A i j ⊗ (row_block B i *m (row_block C j)^T)
  <> (I n2 ⊗ K n1 n2 ⊗ I n1 *m fit (vec ((vecb (B *m C^T))^T *m vecb A)))
       ^(n1 * n1, n2 * n2).
Proof.
exists 1%N, 1%N, 3%N, 2%N, 1%N.
exists (matrix_of [:: [:: 1; 2]; [:: 3; 4]; [:: 5; 6]]).
exists (matrix_of [:: [:: 1]; [:: 2]; [:: 3]]).
exists (matrix_of [:: [:: 1]; [:: 2]]).
refute 0%N 1%N.
Qed.

(* Erratum 7: the code of comMat(a, b) numbers the entries of an (a, b)
   matrix, and puts a 1 where a number of its vec is that of the vec of its
   transpose. That is K b a, and not what takes vec(M) to vec(M'). *)
Definition numbered a b : 'M[int]_(a, b) :=
  \matrix_(i, j) Posz (i * b + j).

Definition comMat a b : 'M[int]_(b * a, a * b) :=
  \matrix_(x, y) (vec (numbered a b) x 0 == vec (numbered a b)^T y 0)%:R.

Theorem erratum_7 a b : comMat a b = K b a.
Proof.
apply/matrixP => x y; case: (mxtens_indexP x) => j i.
case: (mxtens_indexP y) => i' j'; rewrite !mxE !mxtens_indexK /=.
congr (_ : bool)%:R; rewrite andbC -xpair_eqE.
apply/eqP/eqP => [[same]|[-> ->] //].
by apply: (can_inj (@mxtens_indexK a b)); apply: val_inj.
Qed.

Theorem erratum_7_refuted : exists a b, exists M : 'M[int]_(a, b),
  comMat a b *m fit (vec M) <> fit (vec M^T).
Proof.
exists 2%N, 3%N, (matrix_of [:: [:: 1; 2; 3]; [:: 4; 5; 6]]).
rewrite erratum_7; refute 1%N 0%N.
Qed.

(* Erratum 12: the right side of Lemma 3 without B and C. *)
Theorem erratum_12 : exists l n k1 k2,
  exists A : 'M[int]_(l * n, k1),
  exists (B : 'M[int]_(l * n, k2)) (C : 'M[int]_(k2, k1)),
  \sum_(i < l) (row_block A i - row_block B i *m C)
            *m (row_block A i - row_block B i *m C)^T
  <> ((A^T)^row(k1 * l, n))^T *m (A^T)^row(k1 * l, n).
Proof.
exists 1%N, 1%N, 1%N, 1%N, (matrix_of [:: [:: 1]]).
exists (matrix_of [:: [:: 1]]), (matrix_of [:: [:: 1]]).
refute 0%N 0%N.
Qed.

(* Erratum 34: the sign of the last sum, with R = A - B. *)
Theorem erratum_34 : exists l1 l2 q1 q2,
  exists A B : 'M[int]_(l1 * q1, l2 * q2),
  let sum X Y :=
    \sum_(i < l1) \sum_(j < l2) block X i j ⊗ block Y i j in
  sum (A - B) (A - B) <> sum A A - sum A B - sum B A - sum B B.
Proof.
exists 1%N, 1%N, 1%N, 1%N, (matrix_of [:: [:: 0]]), (matrix_of [:: [:: 1]]).
move=> sum; rewrite /sum.
refute 0%N 0%N.
Qed.

(* Erratum 35: the two mixed sums, exchanged as printed. This is the first;
   the second is the same with A and B renamed. *)
Theorem erratum_35 : exists l1 l2 q1 q2,
  exists A B : 'M[int]_(l1 * q1, l2 * q2),
  \sum_(i < l1) \sum_(j < l2) block B i j ⊗ block A i j
  <> (I q2 ⊗ K q2 q1 ⊗ I q1 *m fit (vec ((vecb B)^T *m vecb A)))
       ^(q1 * q1, q2 * q2).
Proof.
exists 1%N, 1%N, 2%N, 1%N, (matrix_of [:: [:: 1]; [:: 2]]).
exists (matrix_of [:: [:: 3]; [:: 5]]).
refute 1%N 0%N.
Qed.
