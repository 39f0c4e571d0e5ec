(* Chapter book/lemma_3. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation lemma_1 lemma_2.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Theorem lemma_3 (R : comRingType) (l n k1 k2 : nat)
    (A : 'M[R]_(l * n, k1)) (B : 'M[R]_(l * n, k2))
    (C : 'M[R]_(k2, k1)) :
  let E := A - B *m C in
  \sum_(i < l) (row_block A i - row_block B i *m C)
            *m (row_block A i - row_block B i *m C)^T
  = E^(n, k1 * l) *m (E^(n, k1 * l))^T.
Proof.
move=> E; rewrite -sum_abt; apply: eq_bigr => i _; rewrite -row_block_mul.
by congr (_ *m _^T); apply/matrixP => r c; rewrite !mxE.
Qed.
