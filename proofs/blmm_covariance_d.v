(* Chapter book/blmm_covariance_d: its double sum, and what the source makes
   of it, with R = A - B multiplied out. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation lemma_4 lemma_6.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* The double sum of Proposition 3. R is the ring, and S the chapter's R. *)
Theorem proposition_3_sum (R : comRingType) (l1 l2 q1 q2 : nat)
    (S : 'M[R]_(l1 * q1, l2 * q2)) :
  let s := vecb S in
  \sum_(j < l2) \sum_(i < l1) block S i j ⊗ block S i j
  = (I q2 ⊗ K q2 q1 ⊗ I q1 *m fit (vec (s^T *m s)))^(q1 * q1, q2 * q2).
Proof. by rewrite exchange_big; exact: sum_blocks. Qed.

Lemma blockB (R : comRingType) l1 n1 l2 n2
    (A B : 'M[R]_(l1 * n1, l2 * n2)) i j :
  block (A - B) i j = block A i j - block B i j.
Proof. by apply/matrixP => r c; rewrite !mxE. Qed.

(* The last sign is a plus. *)
Theorem expanded (R : comRingType) (l1 l2 q1 q2 : nat)
    (A B : 'M[R]_(l1 * q1, l2 * q2)) :
  let sum X Y :=
    \sum_(i < l1) \sum_(j < l2) block X i j ⊗ block Y i j in
  sum (A - B) (A - B) = sum A A - sum A B - sum B A + sum B B.
Proof.
rewrite /= -!sumrB -big_split; apply: eq_bigr => i _ /=.
rewrite -!sumrB -big_split; apply: eq_bigr => j _ /=.
rewrite blockB; apply/matrixP => x y; rewrite !mxE mulrBl !mulrBr opprB.
by rewrite addrA addrAC -!addrA; congr (_ + _); rewrite addrCA addrA.
Qed.

(* The first mixed sum has vec(b'a), the second vec(a'b). *)
Theorem mixed_sums (R : comRingType) (l1 l2 q1 q2 : nat)
    (A B : 'M[R]_(l1 * q1, l2 * q2)) :
  let a := vecb A in
  let b := vecb B in
  let P := I q2 ⊗ K q2 q1 ⊗ I q1 in
  \sum_(i < l1) \sum_(j < l2) block A i j ⊗ block B i j
    = (P *m fit (vec (b^T *m a)))^(q1 * q1, q2 * q2)
  /\
  \sum_(i < l1) \sum_(j < l2) block B i j ⊗ block A i j
    = (P *m fit (vec (a^T *m b)))^(q1 * q1, q2 * q2).
Proof. by split; exact: sum_blocks. Qed.
