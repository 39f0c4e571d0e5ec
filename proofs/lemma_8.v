(* Chapter book/lemma_8. gA is the gradient of dot G S with respect to A: S is
   linear in A, gA does not contain A, and dot G S = dot gA A. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation lemma_1 lemma_2 lemma_5 lemma_6.
From Book Require Import functions conventions.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Lemma8.
Variable R : comRingType.

Lemma dotDr p q (X Y Z : 'M[R]_(p, q)) : dot X (Y + Z) = dot X Y + dot X Z.
Proof. by rewrite /dot mulmxDr mxtraceD. Qed.

Lemma dotDl p q (X Y Z : 'M[R]_(p, q)) : dot (X + Y) Z = dot X Z + dot Y Z.
Proof. by rewrite /dot linearD mulmxDl mxtraceD. Qed.

Lemma dotNr p q (X Y : 'M[R]_(p, q)) : dot X (- Y) = - dot X Y.
Proof. by rewrite /dot mulmxN linearN. Qed.

Lemma dotNl p q (X Y : 'M[R]_(p, q)) : dot (- X) Y = - dot X Y.
Proof. by rewrite /dot linearN mulNmx linearN. Qed.

Lemma dot_sumr p q l (X : 'M[R]_(p, q)) (F : 'I_l -> 'M_(p, q)) :
  dot X (\sum_(i < l) F i) = \sum_(i < l) dot X (F i).
Proof. by rewrite /dot mulmx_sumr raddf_sum. Qed.

Lemma dotC p q (X Y : 'M[R]_(p, q)) : dot X Y = dot Y X.
Proof. by rewrite /dot -mxtrace_tr trmx_mul trmxK. Qed.

Lemma dot_tr p q (X Y : 'M[R]_(p, q)) : dot X^T Y^T = dot X Y.
Proof. by rewrite /dot -trmx_mul mxtrace_tr mxtrace_mulC. Qed.

(* A factor goes over to the other side as its transpose. *)
Lemma dot_mulr p q k (G : 'M[R]_(p, q)) (A : 'M_(p, k)) (B : 'M_(k, q)) :
  dot G (A *m B) = dot (G *m B^T) A.
Proof. by rewrite /dot trmx_mul trmxK mulmxA mxtrace_mulC mulmxA. Qed.

Lemma dot_mull p q k (G : 'M[R]_(p, q)) (A : 'M_(p, k)) (B : 'M_(k, q)) :
  dot G (A *m B) = dot (A^T *m G) B.
Proof. by rewrite /dot trmx_mul trmxK mulmxA. Qed.

(* The pairing of matrices of row blocks, by blocks. *)
Lemma row_block_of l n k (F : 'I_l -> 'M[R]_(n, k)) i :
  row_block (of_blocks F) i = F i.
Proof. by apply/matrixP => r c; rewrite !mxE mxtens_indexK. Qed.

Lemma dot_blocks l n k (F : 'I_l -> 'M[R]_(n, k)) (A : 'M_(l * n, k)) :
  \sum_(i < l) dot (F i) (row_block A i) = dot (of_blocks F) A.
Proof.
rewrite [RHS]dotE sum_pairs; apply: eq_bigr => i _; rewrite dotE.
by do 2!apply: eq_bigr => ? _; rewrite !mxE mxtens_indexK.
Qed.

(* The same for vecb. *)
Lemma vecb_rowsK l n k : cancel (@unvecb_rows R l n k) (@vecb_rows R l n k).
Proof.
move=> V; apply/matrixP => i x; case: (mxtens_indexP x) => c r.
by rewrite mxE vecE !mxE !mxtens_indexK.
Qed.

Lemma vecbK l1 n1 l2 n2 :
  cancel (@unvecb R l1 n1 l2 n2) (@vecb R l1 n1 l2 n2).
Proof.
move=> V; apply/matrixP => x y; case: (mxtens_indexP x) => i j.
case: (mxtens_indexP y) => c r.
by rewrite mxE vecE !mxE !mxtens_indexK.
Qed.

Lemma dot_vecb_rows l n k (A B : 'M[R]_(l * n, k)) :
  dot (vecb_rows A) (vecb_rows B) = dot A B.
Proof.
rewrite !dotE sum_pairs; apply: eq_bigr => i _.
rewrite sum_pairs exchange_big; do 2!apply: eq_bigr => ? _.
by rewrite mxE vecE [vecb_rows _ _ _]mxE vecE !mxE.
Qed.

Lemma dot_vecb l1 n1 l2 n2 (A B : 'M[R]_(l1 * n1, l2 * n2)) :
  dot (vecb A) (vecb B) = dot A B.
Proof.
rewrite !dotE !sum_pairs; apply: eq_bigr => i _.
under [RHS]eq_bigr do rewrite sum_pairs.
rewrite [RHS]exchange_big; apply: eq_bigr => j _.
rewrite sum_pairs exchange_big; do 2!apply: eq_bigr => ? _.
by rewrite mxE vecE [vecb _ _ _]mxE vecE !mxE !mxtens_indexK.
Qed.

(* Lemma 1, for any blocks. *)
Lemma adjoint_abt l nA nB k (G : 'M[R]_(nA, nB))
    (A : 'M[R]_(l * nA, k)) (B : 'M[R]_(l * nB, k)) :
  let S := \sum_(i < l) row_block A i *m (row_block B i)^T in
  dot G S = dot (of_blocks (fun i => G *m row_block B i)) A
  /\
  dot G S = dot (of_blocks (fun i => G^T *m row_block A i)) B.
Proof.
rewrite /= dot_sumr -!dot_blocks; split; apply: eq_bigr => i _.
  by rewrite dot_mulr trmxK.
by rewrite dot_mull -dot_tr trmx_mul !trmxK.
Qed.

(* Lemmas 4 and 6, for blocks numbered in any way. *)
Lemma adjoint_kron l n1 n2 n3 n4 (G : 'M[R]_(n1 * n3, n2 * n4))
    (F : 'I_l -> 'M[R]_(n1, n2)) (H : 'I_l -> 'M[R]_(n3, n4)) :
  dot G (\sum_(i < l) F i ⊗ H i)
  = dot (rearrange G) ((stack H)^T *m stack F).
Proof. by rewrite -rearrange_isometry rearrange_stack. Qed.

Lemma sum_atgb l nA nB k1 k2 (G : 'M[R]_(nA, nB))
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l * nB, k2)) :
  \sum_(i < l) (row_block A i)^T *m G *m row_block B i
  = A^T *m (I l ⊗ G) *m B.
Proof.
rewrite -mulmxA; apply/matrixP => r c; rewrite summxE [RHS]mxE sum_pairs.
apply: eq_bigr => i _; rewrite -mulmxA mxE; apply: eq_bigr => s _.
rewrite ![_^T _ _]mxE [row_block _ _ _ _]mxE; congr (_ * _).
rewrite mxE [RHS]mxE sum_pairs (bigD1 i) //= [X in _ = _ + X]big1 ?addr0.
  by apply: eq_bigr => t _; rewrite tensmxE [(I _) _ _]mxE eqxx mul1r mxE.
move=> j /negbTE other; apply: big1 => t _.
by rewrite tensmxE [(I _) _ _]mxE eq_sym other !mul0r.
Qed.

(* Gradients by blocks of F(i) = A_i and H(i) = B_i, by vecb. *)
Lemma adjoint_left l nA nB k1 k2 (G : 'M[R]_(nA * nB, k1 * k2))
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l * nB, k2)) :
  let S := \sum_(i < l) row_block A i ⊗ row_block B i in
  dot G S = dot (unvecb_rows (vecb_rows B *m rearrange G)) A.
Proof.
by rewrite /= adjoint_kron dot_mull trmxK -dot_vecb_rows vecb_rowsK.
Qed.

Lemma adjoint_right l nA nB k1 k2 (G : 'M[R]_(nA * nB, k1 * k2))
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l * nB, k2)) :
  let S := \sum_(i < l) row_block A i ⊗ row_block B i in
  dot G S = dot (unvecb_rows (vecb_rows A *m (rearrange G)^T)) B.
Proof.
rewrite /= adjoint_kron dot_mulr -dot_tr trmx_mul !trmxK.
by rewrite -dot_vecb_rows vecb_rowsK.
Qed.

Lemma adjoint_blocks l1 l2 n1 n2 n3 n4 (G : 'M[R]_(n1 * n3, n2 * n4))
    (A : 'M[R]_(l1 * n1, l2 * n2)) (B : 'M[R]_(l1 * n3, l2 * n4)) :
  let S := \sum_(i < l1) \sum_(j < l2) block A i j ⊗ block B i j in
  dot G S = dot (unvecb (vecb B *m rearrange G)) A
  /\ dot G S = dot (unvecb (vecb A *m (rearrange G)^T)) B.
Proof.
move=> S; rewrite /S pair_sum adjoint_kron; split.
  by rewrite -[RHS]dot_vecb vecbK dot_mull trmxK.
by rewrite -[RHS]dot_vecb vecbK dot_mulr -dot_tr trmx_mul !trmxK.
Qed.

End Lemma8.

Theorem lemma_8_sum_abt (R : comRingType) (l nA nB k : nat)
    (A : 'M[R]_(l * nA, k)) (B : 'M[R]_(l * nB, k)) (G : 'M[R]_(nA, nB)) :
  let S := \sum_(i < l) row_block A i *m (row_block B i)^T in
  let gA := of_blocks (fun i => G *m row_block B i) in
  let gB := of_blocks (fun i => G^T *m row_block A i) in
  dot G S = dot gA A /\ dot G S = dot gB B
  /\ gA^(nA, k * l) = G *m B^(nB, k * l)
  /\ gB^(nB, k * l) = G^T *m A^(nA, k * l).
Proof.
have wide n n' (Y : 'M[R]_(n, n')) (X : 'M_(l * n', k)) e e' :
    reshape (of_blocks (fun i => Y *m row_block X i)) e
    = Y *m reshape X (p' := n') (q' := k * l) e'.
  apply/matrixP => r x; case: (mxtens_indexP x) => c i.
  rewrite reshape_wide row_block_of !mxE; apply: eq_bigr => s _.
  by rewrite reshape_wide.
move=> S gA gB; have [inA inB] := adjoint_abt G A B.
by split; last split; last split; [| | exact: wide | exact: wide].
Qed.

Theorem lemma_8_sum_acbt (R : comRingType) (l nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (C : 'M[R]_(k1, k2)) (B : 'M[R]_(l * nB, k2))
    (G : 'M[R]_(nA, nB)) :
  let S := \sum_(i < l) row_block A i *m C *m (row_block B i)^T in
  let gA := of_blocks (fun i => G *m row_block B i *m C^T) in
  let gB := of_blocks (fun i => G^T *m row_block A i *m C) in
  let gC := \sum_(i < l) (row_block A i)^T *m G *m row_block B i in
  dot G S = dot gA A /\ dot G S = dot gB B /\ dot G S = dot gC C
  /\ gC = A^T *m (I l ⊗ G) *m B.
Proof.
move=> S gA gB gC; rewrite dot_sumr -!dot_blocks [dot gC C]dotC dot_sumr.
split; last split; last split; last exact: sum_atgb; apply: eq_bigr => i _.
- by rewrite dot_mulr trmxK dot_mulr.
- by rewrite dot_mull -dot_tr !trmx_mul !trmxK mulmxA.
- by rewrite dot_mulr trmxK dot_mull mulmxA dotC.
Qed.

(* The sum is quadratic in E = A - BC. Changes dA, dB and dC change E by H,
   but for dB dC, which is of second order as the last term is. *)
Theorem lemma_8_sum_residual_outer (R : comRingType) (l n k1 k2 : nat)
    (A dA : 'M[R]_(l * n, k1)) (B dB : 'M[R]_(l * n, k2))
    (C dC : 'M[R]_(k2, k1)) (G : 'M[R]_n) :
  let sum E := \sum_(i < l) row_block E i *m (row_block E i)^T in
  let E := A - B *m C in
  let H := dA - dB *m C - B *m dC in
  let gE := of_blocks (fun i => (G + G^T) *m row_block E i) in
  dot G (sum (E + H)) = dot G (sum E) + dot gE H + dot G (sum H)
  /\
  dot gE H
  = dot gE dA + dot (- (gE *m C^T)) dB + dot (- (B^T *m gE)) dC.
Proof.
move=> sum E H gE; split; last first.
  by rewrite !dotDr !dotNr dot_mulr dot_mull !dotNl.
rewrite /sum !dot_sumr -dot_blocks -!big_split; apply: eq_bigr => i _ /=.
have -> : row_block (E + H) i = row_block E i + row_block H i.
  by apply/matrixP => r c; rewrite !mxE.
move: (row_block E i) (row_block H i) => e h.
rewrite linearD /= mulmxDl !mulmxDr mulmxDl !dotDr dotDl.
rewrite [dot G (h *m e^T)]dot_mulr trmxK.
have -> : dot G (e *m h^T) = dot (G^T *m e) h.
  by rewrite dot_mull -dot_tr trmx_mul !trmxK.
by rewrite !addrA [_ + _ + dot (G *m e) h]addrAC.
Qed.

Theorem lemma_8_sum_kron (R : comRingType) (l nA nB k1 k2 : nat)
    (A : 'M[R]_(l * nA, k1)) (B : 'M[R]_(l * nB, k2))
    (G : 'M[R]_(nA * nB, k1 * k2)) :
  let S := \sum_(i < l) row_block A i ⊗ row_block B i in
  let gA := unvecb_rows (vecb_rows B *m rearrange G) in
  let gB := unvecb_rows (vecb_rows A *m (rearrange G)^T) in
  dot G S = dot gA A /\ dot G S = dot gB B.
Proof. by split; [exact: adjoint_left | exact: adjoint_right]. Qed.

Theorem lemma_8_sum_kron_abt_cdt (R : comRingType)
    (l1 l2 nA nB nC nD k1 k2 : nat)
    (A : 'M[R]_(l1 * nA, k1)) (B : 'M[R]_(l2 * nB, k1))
    (C : 'M[R]_(l1 * nC, k2)) (D : 'M[R]_(l2 * nD, k2))
    (G : 'M[R]_(nA * nC, nB * nD)) :
  let S := \sum_(j < l2) \sum_(i < l1)
    (row_block A i *m (row_block B j)^T) ⊗
    (row_block C i *m (row_block D j)^T) in
  let P := \sum_(i < l1) row_block A i ⊗ row_block C i in
  let Q := \sum_(j < l2) row_block B j ⊗ row_block D j in
  let gP := G *m Q in
  let gQ := G^T *m P in
  dot G S = dot (unvecb_rows (vecb_rows C *m rearrange gP)) A
  /\ dot G S = dot (unvecb_rows (vecb_rows D *m rearrange gQ)) B
  /\ dot G S = dot (unvecb_rows (vecb_rows A *m (rearrange gP)^T)) C
  /\ dot G S = dot (unvecb_rows (vecb_rows B *m (rearrange gQ)^T)) D.
Proof.
move=> S P Q gP gQ; rewrite /S lemma_5 -/P -/Q.
rewrite -!adjoint_left -!adjoint_right.
have inP : dot G (P *m Q^T) = dot gP P by rewrite dot_mulr trmxK.
have inQ : dot G (P *m Q^T) = dot gQ Q.
  by rewrite dot_mull -dot_tr trmx_mul !trmxK.
by do !split.
Qed.

Theorem lemma_8_sum_kron_bct (R : comRingType) (l1 l2 n1A n2A nB nC k : nat)
    (A : 'M[R]_(l1 * n1A, l2 * n2A))
    (B : 'M[R]_(l1 * nB, k)) (C : 'M[R]_(l2 * nC, k))
    (G : 'M[R]_(n1A * nB, n2A * nC)) :
  let S := \sum_(j < l2) \sum_(i < l1)
    block A i j ⊗ (row_block B i *m (row_block C j)^T) in
  let X := B *m C^T in
  let gA := unvecb (vecb X *m rearrange G) in
  let gX := unvecb (vecb A *m (rearrange G)^T) in
  dot G S = dot gA A
  /\ dot G S = dot (gX *m C) B /\ dot G S = dot (gX^T *m B) C.
Proof.
move=> S X gA gX; have [inA inX] := adjoint_blocks G A X.
have -> : S = \sum_(i < l1) \sum_(j < l2) block A i j ⊗ block X i j.
  rewrite /S exchange_big; do 2!apply: eq_bigr => ? _.
  by rewrite block_mul.
split=> //; rewrite inX -/gX; split; first by rewrite dot_mulr trmxK.
by rewrite dot_mull -dot_tr trmx_mul !trmxK.
Qed.

Theorem lemma_8_sumAijBijt (R : comRingType) (l1 l2 n1 n2 n3 : nat)
    (A : 'M[R]_(l1 * n1, l2 * n2)) (B : 'M[R]_(l1 * n3, l2 * n2))
    (G : 'M[R]_(n1, n3)) :
  let S := \sum_(i < l1) \sum_(j < l2) block A i j *m (block B i j)^T in
  let gA := of_blocks (fun i => G *m row_block B i) in
  let gB := of_blocks (fun i => G^T *m row_block A i) in
  dot G S = dot gA A /\ dot G S = dot gB B.
Proof. by move=> S; rewrite /S corollary_1_rows; exact: adjoint_abt. Qed.

Theorem lemma_8_sumAijKronBij (R : comRingType) (l1 l2 n1 n2 n3 n4 : nat)
    (A : 'M[R]_(l1 * n1, l2 * n2)) (B : 'M[R]_(l1 * n3, l2 * n4))
    (G : 'M[R]_(n1 * n3, n2 * n4)) :
  let S := \sum_(i < l1) \sum_(j < l2) block A i j ⊗ block B i j in
  let gA := unvecb (vecb B *m rearrange G) in
  let gB := unvecb (vecb A *m (rearrange G)^T) in
  dot G S = dot gA A /\ dot G S = dot gB B.
Proof. exact: adjoint_blocks. Qed.
