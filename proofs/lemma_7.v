(* Chapter book/lemma_7. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation lemma_2 conventions.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Theorem lemma_7 (R : comRingType) (l nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l * nB, k2))
    (X : 'M[R]_(k2, k1)) :
  (\sum_(i < l) row_block A i ⊗ row_block B i) *m vec X
  = vec (\sum_(i < l) row_block B i *m X *m (row_block A i)^T).
Proof.
rewrite mulmx_suml; apply/colP => x; rewrite [RHS]mxE !summxE.
by apply: eq_bigr => i _; rewrite kron_vec mxE.
Qed.

Theorem lemma_7_transpose (R : comRingType) (l nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l * nB, k2))
    (Y : 'M[R]_(nB, nA)) :
  (\sum_(i < l) row_block A i ⊗ row_block B i)^T *m vec Y
  = vec (\sum_(i < l) (row_block B i)^T *m Y *m row_block A i).
Proof.
rewrite raddf_sum mulmx_suml; apply/colP => x; rewrite [RHS]mxE !summxE.
by apply: eq_bigr => i _; rewrite /= trmx_tens kron_vec trmxK mxE.
Qed.

(* By the reshapes of Lemma 2. *)
Theorem lemma_7_reshapes (R : comRingType) (l nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l * nB, k2))
    (X : 'M[R]_(k2, k1)) :
  (\sum_(i < l) row_block A i ⊗ row_block B i) *m vec X
  = vec ((B *m X)^(nB, k1 * l) *m (A^(nA, k1 * l))^T).
Proof. by rewrite lemma_7 lemma_2_left. Qed.
