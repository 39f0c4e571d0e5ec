(* Chapter book/lemma_11: what it has without singular values. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation conventions lemma_8.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Lemma rearrange_unvecb (R : comRingType) l nA nB k1 k2
    (a : 'M[R]_(l, k1 * nA)) (b : 'M[R]_(l, k2 * nB)) :
  rearrange (\sum_(i < l) row_block (unvecb_rows a) i
                        ⊗ row_block (unvecb_rows b) i) = b^T *m a.
Proof. by rewrite rearrange_sum !vecb_rowsK. Qed.

(* The distance of S from a sum of l terms is that of its rearrangement from
   a product of l rows: the nearest in the one is nearest in the other. *)
Theorem lemma_11 (R : comRingType) (l nA nB k1 k2 : nat)
    (S : 'M[R]_(nA * nB, k1 * k2))
    (a : 'M[R]_(l, k1 * nA)) (b : 'M[R]_(l, k2 * nB)) :
  let A := unvecb_rows a in
  let B := unvecb_rows b in
  let D := S - \sum_(i < l) row_block A i ⊗ row_block B i in
  let E := rearrange S - b^T *m a in
  dot D D = dot E E.
Proof.
rewrite /= -rearrange_unvecb -[LHS]rearrange_isometry; congr (dot _ _);
  by apply/matrixP => y x; rewrite !mxE.
Qed.

(* Over a field, the least number of terms is the rank. *)
Theorem lemma_11_rank (F : fieldType) (l nA nB k1 k2 : nat)
    (S : 'M[F]_(nA * nB, k1 * k2)) :
  (\rank (rearrange S) <= l)%N
  <-> exists (A : 'M[F]_(l * nA, k1)) (B : 'M[F]_(l * nB, k2)),
      S = \sum_(i < l) row_block A i ⊗ row_block B i.
Proof.
split=> [few | [A [B ->]]]; last first.
  by rewrite rearrange_sum (leq_trans (mxrankM_maxr _ _)) ?rank_leq_row.
set M := rearrange S in few *.
pose b := (col_ebase M *m pid_mx (\rank M) : 'M_(_, l))^T.
pose a := pid_mx (\rank M) *m row_ebase M : 'M_(l, _).
exists (unvecb_rows a), (unvecb_rows b).
have [<- _] := rearrange_restore S M; rewrite -[LHS]/(restore M).
have [<- _] := rearrange_restore
  (\sum_(i < l) row_block (unvecb_rows a) i ⊗ row_block (unvecb_rows b) i) M.
congr restore; rewrite rearrange_unvecb trmxK mulmxA.
rewrite -[_ *m pid_mx _ *m pid_mx _]mulmxA mul_pid_mx.
by rewrite minnn (minn_idPr few) mulmx_ebase.
Qed.
