(* The same for Lemmas 7 to 10 and the short statements: what computed.v has
   for the sums of the first six. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation computed.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* The map that takes t to entry t of a list, as the tests write it. *)
Definition listed m l (s : seq nat) (t : 'I_m) : 'I_l.+1 :=
  inord (nth 0%N s t).
Arguments listed {m l} s t.

Definition listed_at l s t := if (nth 0 s t <= l)%N then nth 0%N s t else 0%N.

Lemma val_listed m l s (t : 'I_m) :
  listed (l := l) s t = listed_at l s t :> nat.
Proof. exact: val_insubd. Qed.

Section Computed.
Variable R : comRingType.
Implicit Types f g h w : nat -> nat -> R.

(* The functions. *)
Definition add_at f g i j := f i j + g i j.
Definition opp_at f i j := - f i j.
Definition scale_at (x : R) f i j := x * f i j.
Definition unvecb_rows_at n f x c := f (x %/ n)%N (c * n + x %% n)%N.
Definition unvecb_at l2 n1 n2 f x y :=
  f (x %/ n1 * l2 + y %/ n2)%N (y %% n2 * n1 + x %% n1)%N.
Definition rearrange_at nA nB k2 f y x :=
  f (x %% nA * nB + y %% nB)%N (x %/ nA * k2 + y %/ nB)%N.
Definition restore_at nA nB k2 f x y :=
  f (y %% k2 * nB + x %% nB)%N (y %/ k2 * nA + x %/ nB)%N.
Definition hadamard_at f g i j := f i j * g i j.
Definition face_splitting_at q f g t x := f t (x %/ q)%N * g t (x %% q)%N.
Definition khatri_rao_at q f g x t := f (x %/ q)%N t * g (x %% q)%N t.
Definition indicator_at l s i t : R := (listed_at l s t == i)%:R.
Definition duplication_at p s s' x y : R :=
  let i := listed_at p s y in
  let j := listed_at p s' y in
  ((x == i * p.+1 + j)%N || (x == j * p.+1 + i)%N)%:R.
Definition group_product_at m l s f g i a b :=
  sum_to m (fun t => if listed_at l s t == i then f t a * g t b else 0).

(* What they are. *)
Lemma mx_add m n f g : mx m n f + mx m n g = mx m n (add_at f g).
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

Lemma mx_opp m n f : - mx m n f = mx m n (opp_at f).
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

Lemma mx_scale m n x f : x *: mx m n f = mx m n (scale_at x f).
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

Lemma mx_unvecb_rows l n k f :
  unvecb_rows (mx l (k * n) f) = mx (l * n) k (unvecb_rows_at n f).
Proof. by apply/matrixP => x c; rewrite !mxE. Qed.

Lemma mx_unvecb l1 n1 l2 n2 f :
  unvecb (mx (l1 * l2) (n2 * n1) f)
  = mx (l1 * n1) (l2 * n2) (unvecb_at l2 n1 n2 f).
Proof. by apply/matrixP => x y; rewrite !mxE. Qed.

Lemma mx_rearrange nA nB k1 k2 f :
  rearrange (mx (nA * nB) (k1 * k2) f)
  = mx (k2 * nB) (k1 * nA) (rearrange_at nA nB k2 f).
Proof. by apply/matrixP => y x; rewrite !mxE. Qed.

Lemma mx_restore nA nB k1 k2 f :
  restore (mx (k2 * nB) (k1 * nA) f)
  = mx (nA * nB) (k1 * k2) (restore_at nA nB k2 f).
Proof. by apply/matrixP => x y; rewrite !mxE. Qed.

Lemma mx_hadamard m n f g : mx m n f ∘ mx m n g = mx m n (hadamard_at f g).
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

Lemma mx_face_splitting m p q f g :
  mx m p f • mx m q g = mx m (p * q) (face_splitting_at q f g).
Proof. by apply/matrixP => t x; rewrite !mxE. Qed.

Lemma mx_khatri_rao p q m f g :
  khatri_rao (mx p m f) (mx q m g) = mx (p * q) m (khatri_rao_at q f g).
Proof. by apply/matrixP => x t; rewrite !mxE. Qed.

Lemma mx_indicator m l s :
  indicator (listed s) = mx l.+1 m (indicator_at l s).
Proof. by apply/matrixP => i t; rewrite !mxE -val_eqE /= val_listed. Qed.

Lemma mx_duplication p m s s' :
  duplication (listed s) (listed s')
  = mx (p.+1 * p.+1) m (duplication_at p s s').
Proof.
by apply/matrixP => x y; rewrite !mxE -!val_eqE /= !val_listed.
Qed.

Lemma mx_group_product m l s p q f g (i : 'I_l.+1) :
  group_product (listed s) (mx m p f) (mx m q g) i
  = mx p q (group_product_at m l s f g i).
Proof.
apply/matrixP => a b; rewrite summxE mxE /group_product_at sum_toE.
rewrite big_mkcond; apply: eq_bigr => t _; rewrite -val_eqE /= val_listed.
by case: ifP => // _; rewrite !mxE big_ord1 !mxE.
Qed.

(* Gradients, by blocks. *)
Definition blocks_at n (F : nat -> nat -> nat -> R) x c :=
  F (x %/ n)%N (x %% n)%N c.

Lemma mx_blocks_left l n n' k f g :
  of_blocks (fun i => mx n n' f *m row_block (mx (l * n') k g) i)
  = mx (l * n) k (blocks_at n (fun i => mul_at n' f (row_block_at n' g i))).
Proof.
by apply/matrixP => x c; rewrite mxE mx_row_block mx_mul !mxE.
Qed.

Lemma mx_blocks_both l n n' k k' f g h :
  of_blocks (fun i => mx n n' f *m row_block (mx (l * n') k g) i *m mx k k' h)
  = mx (l * n) k'
       (blocks_at n (fun i =>
         mul_at k (mul_at n' f (row_block_at n' g i)) h)).
Proof.
by apply/matrixP => x c; rewrite mxE mx_row_block !mx_mul !mxE.
Qed.

Lemma mx_sum_atgb l nA nB k1 k2 f g h :
  \sum_(i < l) (row_block (mx (l * nA) k1 f) i)^T *m mx nA nB g
             *m row_block (mx (l * nB) k2 h) i
  = mx k1 k2 (sum_at l (fun i =>
      mul_at nB (mul_at nA (tr_at (row_block_at nA f i)) g)
                (row_block_at nB h i))).
Proof.
by rewrite -mx_sum; apply: eq_bigr => i _;
  rewrite !mx_row_block mx_tr !mx_mul.
Qed.

(* Weights. *)
Definition weighted_at l w (F : nat -> nat -> nat -> R) :=
  sum_at l (fun i => scale_at (w 0%N i) (F i)).

Lemma mx_weighted_abt l nA nB k w f g :
  \sum_(i < l) (mx 1 l w) 0 i *: (row_block (mx (l * nA) k f) i
                                  *m (row_block (mx (l * nB) k g) i)^T)
  = mx nA nB (weighted_at l w (fun i => product_at nA nB k f g i i)).
Proof.
rewrite -mx_sum; apply: eq_bigr => i _.
by rewrite mxE !mx_row_block mx_tr mx_mul mx_scale.
Qed.

Lemma mx_weighted_acbt l nA nB k1 k2 w f h g :
  \sum_(i < l) (mx 1 l w) 0 i *: (row_block (mx (l * nA) k1 f) i
      *m mx k1 k2 h *m (row_block (mx (l * nB) k2 g) i)^T)
  = mx nA nB (weighted_at l w (fun i =>
      mul_at k2 (mul_at k1 (row_block_at nA f i) h)
                (tr_at (row_block_at nB g i)))).
Proof.
rewrite -mx_sum; apply: eq_bigr => i _.
by rewrite mxE !mx_row_block mx_tr !mx_mul mx_scale.
Qed.

Lemma mx_weighted_residual_outer l n k1 k2 w f g h :
  let A := mx (l * n) k1 f in
  let B := mx (l * n) k2 g in
  let C := mx k2 k1 h in
  \sum_(i < l) (mx 1 l w) 0 i *: ((row_block A i - row_block B i *m C)
                               *m (row_block A i - row_block B i *m C)^T)
  = mx n n (weighted_at l w (fun i =>
      mul_at k1 (residual_at n k2 f g h i)
                (tr_at (residual_at n k2 f g h i)))).
Proof.
move=> A B C; rewrite -mx_sum; apply: eq_bigr => i _.
by rewrite mxE !mx_row_block !mx_mul !mx_sub mx_tr mx_mul mx_scale.
Qed.

Lemma mx_weighted_kron l nA nB k1 k2 w f g :
  \sum_(i < l) (mx 1 l w) 0 i *: (row_block (mx (l * nA) k1 f) i
                                  ⊗ row_block (mx (l * nB) k2 g) i)
  = mx (nA * nB) (k1 * k2) (weighted_at l w (fun i =>
      kron_at nB k2 (row_block_at nA f i) (row_block_at nB g i))).
Proof.
rewrite -mx_sum; apply: eq_bigr => i _.
by rewrite mxE !mx_row_block mx_kron mx_scale.
Qed.

Definition double_at l l' w (F : nat -> nat -> nat -> nat -> R) :=
  sum_at l (fun i => sum_at l' (fun j => scale_at (w i j) (F i j))).

Lemma mx_double_abt l l' nA nB k w f g :
  \sum_(i < l) \sum_(j < l') (mx l l' w) i j *:
    (row_block (mx (l * nA) k f) i *m (row_block (mx (l' * nB) k g) j)^T)
  = mx nA nB (double_at l l' w (product_at nA nB k f g)).
Proof.
rewrite -mx_sum; apply: eq_bigr => i _.
rewrite -mx_sum; apply: eq_bigr => j _.
by rewrite mxE !mx_row_block mx_tr mx_mul mx_scale.
Qed.

Lemma mx_double_kron l l' nA nB k1 k2 w f g :
  \sum_(i < l) \sum_(j < l') (mx l l' w) i j *:
    (row_block (mx (l * nA) k1 f) i ⊗ row_block (mx (l' * nB) k2 g) j)
  = mx (nA * nB) (k1 * k2) (double_at l l' w (fun i j =>
      kron_at nB k2 (row_block_at nA f i) (row_block_at nB g j))).
Proof.
rewrite -mx_sum; apply: eq_bigr => i _.
rewrite -mx_sum; apply: eq_bigr => j _.
by rewrite mxE !mx_row_block mx_kron mx_scale.
Qed.

(* Groups. *)
Lemma mx_groups m l s p q u v fA fB fC fD :
  let g := listed s in
  \sum_(i < l.+1) group_product g (mx m p fA) (mx m q fB) i
                ⊗ group_product g (mx m u fC) (mx m v fD) i
  = mx (p * u) (q * v) (sum_at l.+1 (fun i =>
      kron_at u v (group_product_at m l s fA fB i)
                  (group_product_at m l s fC fD i))).
Proof.
move=> g; rewrite -mx_sum; apply: eq_bigr => i _.
by rewrite !mx_group_product mx_kron.
Qed.

End Computed.

(* Every operator by its function, also where one stands within another. *)
Ltac evaluate_7_to_10 :=
  repeat progress (evaluate; rewrite ?(mx_add, mx_opp, mx_unvecb_rows,
    mx_unvecb, mx_rearrange, mx_restore, mx_hadamard, mx_face_splitting,
    mx_khatri_rao, mx_indicator, mx_duplication, mx_blocks_left,
    mx_blocks_both, mx_sum_atgb, mx_weighted_abt, mx_weighted_acbt,
    mx_weighted_residual_outer, mx_weighted_kron, mx_double_abt,
    mx_double_kron, mx_groups)).
