(* Chapter book/lemma_1. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* Column ⟨c, i⟩ of the reshape is column c of block i. *)
Lemma reshape_wide (R : comRingType) l n k
    (A : 'M[R]_(l * n, k)) (e : (k * (l * n) = k * l * n)%N) r c i :
  reshape A e r ⟨c, i⟩ = row_block A i r c.
Proof. by rewrite (reshapeE A e (r := ⟨i, r⟩) (c := c)) ?mxE //=; ring. Qed.

(* Lemma 1, whatever the proofs that the sizes fit. *)
Lemma sum_abt (R : comRingType) l nA nB k
    (A : 'M[R]_(l * nA, k)) (B : 'M[R]_(l * nB, k)) eA eB :
  \sum_(i < l) row_block A i *m (row_block B i)^T
  = reshape A (p' := nA) (q' := k * l) eA
    *m (reshape B (p' := nB) (q' := k * l) eB)^T.
Proof.
apply/matrixP => r s; rewrite summxE [RHS]mxE; under eq_bigr do rewrite mxE.
rewrite exchange_big pair_sum.
apply: eq_bigr => x _; case: (mxtens_indexP x) => c i.
by rewrite mxtens_indexK ![_^T _ _]mxE !reshape_wide.
Qed.

Theorem lemma_1 (R : comRingType) (l nA nB k : nat)
    (A : 'M[R]_(l * nA, k)) (B : 'M[R]_(l * nB, k)) :
  \sum_(i < l) row_block A i *m (row_block B i)^T
  = A^(nA, k * l) *m (B^(nB, k * l))^T.
Proof. exact: sum_abt. Qed.
