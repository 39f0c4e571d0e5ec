(* The same operators on functions of two natural numbers, which compute.

   A matrix of Mathematical Components cannot be evaluated: its entries are
   locked. Here mx m n f is the matrix with the entries f i j, and a theorem
   for each operator says which function its result has. Those functions run;
   the tests compare what they give with what lemmas_lib returns. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Book Require Import definitions notation.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Computed.
Variable R : comRingType.
Implicit Types f g : nat -> nat -> R.

Definition mx m n f : 'M[R]_(m, n) := \matrix_(i, j) f i j.

Definition sum_to l (F : nat -> R) := foldr (fun i s => F i + s) 0 (iota 0 l).

(* The functions. *)
Definition tr_at f i j := f j i.
Definition sub_at f g i j := f i j - g i j.
Definition mul_at k f g i j := sum_to k (fun c => f i c * g c j).
Definition sum_at l (F : nat -> nat -> nat -> R) i j :=
  sum_to l (fun x => F x i j).
Definition kron_at p q f g i j :=
  f (i %/ p)%N (j %/ q)%N * g (i %% p)%N (j %% q)%N.
Definition one_at (i j : nat) : R := (i == j)%:R.
Definition row_block_at n f i r c := f (i * n + r)%N c.
Definition block_at n1 n2 f i j r c := f (i * n1 + r)%N (j * n2 + c)%N.
Definition vec_at p f x (_ : nat) := f (x %% p)%N (x %/ p)%N.
Definition reshape_at p p' f r c :=
  f ((c * p' + r) %% p)%N ((c * p' + r) %/ p)%N.
Definition row_major_at q q' f r c :=
  f ((r * q' + c) %/ q)%N ((r * q' + c) %% q)%N.
Definition vecb_rows_at n f i y := f (i * n + y %% n)%N (y %/ n)%N.
Definition vecb_at l2 n1 n2 f x y :=
  f (x %/ l2 * n1 + y %% n1)%N (x %% l2 * n2 + y %/ n1)%N.
Definition K_at a b x y : R :=
  ((x %/ b == y %% a)%N && (x %% b == y %/ a)%N)%:R.

(* What they are. *)
Lemma sum_toE l (F : nat -> R) : sum_to l F = \sum_(i < l) F i.
Proof. by rewrite -(big_mkord xpredT) unlock /index_iota subn0. Qed.

Lemma mx_differ m n f g i j :
  (i < m)%N -> (j < n)%N -> f i j != g i j -> mx m n f <> mx m n g.
Proof.
move=> im jn /eqP differ /matrixP/(_ (Ordinal im) (Ordinal jn)).
by rewrite !mxE.
Qed.

Lemma mx_tr m n f : (mx m n f)^T = mx n m (tr_at f).
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

Lemma mx_sub m n f g : mx m n f - mx m n g = mx m n (sub_at f g).
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

Lemma mx_mul m k n f g : mx m k f *m mx k n g = mx m n (mul_at k f g).
Proof.
apply/matrixP => i j; rewrite !mxE /mul_at sum_toE.
by apply: eq_bigr => c _; rewrite !mxE.
Qed.

Lemma mx_sum l m n (F : nat -> nat -> nat -> R) :
  \sum_(i < l) mx m n (F i) = mx m n (sum_at l F).
Proof.
apply/matrixP => i j; rewrite summxE mxE /sum_at sum_toE.
by apply: eq_bigr => x _; rewrite mxE.
Qed.

Lemma mx_kron m n p q f g :
  mx m n f ⊗ mx p q g = mx (m * p) (n * q) (kron_at p q f g).
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

Lemma mx_one p : I p = mx p p one_at.
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

Lemma mx_row_block l n k f i :
  row_block (mx (l * n) k f) i = mx n k (row_block_at n f i).
Proof. by apply/matrixP => r c; rewrite !mxE. Qed.

Lemma mx_block l1 n1 l2 n2 f i j :
  block (mx (l1 * n1) (l2 * n2) f) i j = mx n1 n2 (block_at n1 n2 f i j).
Proof. by apply/matrixP => r c; rewrite !mxE. Qed.

Lemma mx_vec p q f : vec (mx p q f) = mx (q * p) 1 (vec_at p f).
Proof. by apply/colP => x; rewrite !mxE. Qed.

Lemma mx_resize N N' f (e : N = N') : resize (mx N 1 f) e = mx N' 1 f.
Proof. by case: N' / e; apply/colP => x; rewrite castmxE !mxE. Qed.

Lemma mx_reshape p q p' q' f (e : (q * p = q' * p')%N) :
  reshape (mx p q f) e = mx p' q' (reshape_at p p' f).
Proof.
by rewrite /reshape mx_vec mx_resize; apply/matrixP => r c; rewrite !mxE.
Qed.

Lemma mx_row_major p q p' q' f (e : (p * q = p' * q')%N) :
  row_major (mx p q f) e = mx p' q' (row_major_at q q' f).
Proof.
apply/matrixP => r c; rewrite !mxE.
by rewrite (resizeE _ e (y := cast_ord (esym e) ⟨r, c⟩)) // !mxE.
Qed.

Lemma mx_vecb_rows l n k f :
  vecb_rows (mx (l * n) k f) = mx l (k * n) (vecb_rows_at n f).
Proof. by apply/matrixP => i y; rewrite !mxE. Qed.

Lemma mx_vecb l1 n1 l2 n2 f :
  vecb (mx (l1 * n1) (l2 * n2) f)
  = mx (l1 * l2) (n2 * n1) (vecb_at l2 n1 n2 f).
Proof. by apply/matrixP => x y; rewrite !mxE. Qed.

Lemma mx_K a b : K a b = mx (a * b) (b * a) (K_at a b).
Proof. by apply/matrixP => x y; rewrite !mxE. Qed.

(* The left-hand sides of the lemmas, and the functions that they have. They
   bear the names of the library's functions for them. *)
Definition sum_abt_at l nA nB k f g :=
  sum_at l (fun i =>
    mul_at k (row_block_at nA f i) (tr_at (row_block_at nB g i))).

Lemma mx_sum_abt l nA nB k f g :
  \sum_(i < l) row_block (mx (l * nA) k f) i
             *m (row_block (mx (l * nB) k g) i)^T
  = mx nA nB (sum_abt_at l nA nB k f g).
Proof.
rewrite -mx_sum; apply: eq_bigr => i _.
by rewrite !mx_row_block mx_tr mx_mul.
Qed.

Definition sum_acbt_at l nA nB k1 k2 f h g :=
  sum_at l (fun i =>
    mul_at k2 (mul_at k1 (row_block_at nA f i) h)
              (tr_at (row_block_at nB g i))).

Lemma mx_sum_acbt l nA nB k1 k2 f h g :
  \sum_(i < l) row_block (mx (l * nA) k1 f) i *m mx k1 k2 h
             *m (row_block (mx (l * nB) k2 g) i)^T
  = mx nA nB (sum_acbt_at l nA nB k1 k2 f h g).
Proof.
rewrite -mx_sum; apply: eq_bigr => i _.
by rewrite !mx_row_block mx_tr !mx_mul.
Qed.

Definition residual_at n k2 f g h i :=
  sub_at (row_block_at n f i) (mul_at k2 (row_block_at n g i) h).

Definition sum_residual_outer_at l n k1 k2 f g h :=
  sum_at l (fun i =>
    mul_at k1 (residual_at n k2 f g h i) (tr_at (residual_at n k2 f g h i))).

Lemma mx_sum_residual_outer l n k1 k2 f g h :
  let A := mx (l * n) k1 f in
  let B := mx (l * n) k2 g in
  let C := mx k2 k1 h in
  \sum_(i < l) (row_block A i - row_block B i *m C)
            *m (row_block A i - row_block B i *m C)^T
  = mx n n (sum_residual_outer_at l n k1 k2 f g h).
Proof.
move=> A B C; rewrite -mx_sum; apply: eq_bigr => i _.
by rewrite !mx_row_block !mx_mul !mx_sub mx_tr mx_mul.
Qed.

Definition sum_kron_at l nA nB k2 f g :=
  sum_at l (fun i =>
    kron_at nB k2 (row_block_at nA f i) (row_block_at nB g i)).

Lemma mx_sum_kron l nA nB k1 k2 f g :
  \sum_(i < l) row_block (mx (l * nA) k1 f) i ⊗ row_block (mx (l * nB) k2 g) i
  = mx (nA * nB) (k1 * k2) (sum_kron_at l nA nB k2 f g).
Proof.
rewrite -mx_sum; apply: eq_bigr => i _.
by rewrite !mx_row_block mx_kron.
Qed.

Definition product_at n1 n2 k f g i j :=
  mul_at k (row_block_at n1 f i) (tr_at (row_block_at n2 g j)).

Definition sum_kron_abt_cdt_at l1 l2 nA nB nC nD k1 k2 fA fB fC fD :=
  sum_at l2 (fun j => sum_at l1 (fun i =>
    kron_at nC nD (product_at nA nB k1 fA fB i j)
                  (product_at nC nD k2 fC fD i j))).

Lemma mx_sum_kron_abt_cdt l1 l2 nA nB nC nD k1 k2 fA fB fC fD :
  let A := mx (l1 * nA) k1 fA in
  let B := mx (l2 * nB) k1 fB in
  let C := mx (l1 * nC) k2 fC in
  let D := mx (l2 * nD) k2 fD in
  \sum_(j < l2) \sum_(i < l1)
    (row_block A i *m (row_block B j)^T) ⊗
    (row_block C i *m (row_block D j)^T)
  = mx (nA * nC) (nB * nD)
       (sum_kron_abt_cdt_at l1 l2 nA nB nC nD k1 k2 fA fB fC fD).
Proof.
move=> A B C D; rewrite -mx_sum; apply: eq_bigr => j _.
rewrite -mx_sum; apply: eq_bigr => i _.
by rewrite !mx_row_block !mx_tr !mx_mul mx_kron.
Qed.

Definition sum_kron_bct_at l1 l2 n1A n2A nB nC k f g h :=
  sum_at l2 (fun j => sum_at l1 (fun i =>
    kron_at nB nC (block_at n1A n2A f i j) (product_at nB nC k g h i j))).

Lemma mx_sum_kron_bct l1 l2 n1A n2A nB nC k f g h :
  let B := mx (l1 * nB) k g in
  let C := mx (l2 * nC) k h in
  \sum_(j < l2) \sum_(i < l1)
    block (mx (l1 * n1A) (l2 * n2A) f) i j ⊗
    (row_block B i *m (row_block C j)^T)
  = mx (n1A * nB) (n2A * nC) (sum_kron_bct_at l1 l2 n1A n2A nB nC k f g h).
Proof.
move=> B C; rewrite -mx_sum; apply: eq_bigr => j _.
rewrite -mx_sum; apply: eq_bigr => i _.
by rewrite mx_block !mx_row_block mx_tr mx_mul mx_kron.
Qed.

Definition sumAijBijt_at l1 l2 n1 n2 n3 f g :=
  sum_at l1 (fun i => sum_at l2 (fun j =>
    mul_at n2 (block_at n1 n2 f i j) (tr_at (block_at n3 n2 g i j)))).

Lemma mx_sumAijBijt l1 l2 n1 n2 n3 f g :
  \sum_(i < l1) \sum_(j < l2)
    block (mx (l1 * n1) (l2 * n2) f) i j
    *m (block (mx (l1 * n3) (l2 * n2) g) i j)^T
  = mx n1 n3 (sumAijBijt_at l1 l2 n1 n2 n3 f g).
Proof.
rewrite -mx_sum; apply: eq_bigr => i _.
rewrite -mx_sum; apply: eq_bigr => j _.
by rewrite !mx_block mx_tr mx_mul.
Qed.

Definition sumAijKronBij_at l1 l2 n1 n2 n3 n4 f g :=
  sum_at l1 (fun i => sum_at l2 (fun j =>
    kron_at n3 n4 (block_at n1 n2 f i j) (block_at n3 n4 g i j))).

Lemma mx_sumAijKronBij l1 l2 n1 n2 n3 n4 f g :
  \sum_(i < l1) \sum_(j < l2)
    block (mx (l1 * n1) (l2 * n2) f) i j ⊗
    block (mx (l1 * n3) (l2 * n4) g) i j
  = mx (n1 * n3) (n2 * n4) (sumAijKronBij_at l1 l2 n1 n2 n3 n4 f g).
Proof.
rewrite -mx_sum; apply: eq_bigr => i _.
rewrite -mx_sum; apply: eq_bigr => j _.
by rewrite !mx_block mx_kron.
Qed.

End Computed.

(* A matrix of integers given by its rows, as the tests write it, and the
   rows of a function. *)
Definition entries (rows : seq (seq int)) i j := nth 0 (nth [::] rows i) j.

Definition table m n (f : nat -> nat -> int) :=
  [seq [seq f i j | j <- iota 0 n] | i <- iota 0 m].

(* Matrices are equal if their rows, evaluated, are the same. *)
Lemma eq_table m n f g : table m n f = table m n g -> mx m n f = mx m n g.
Proof.
move=> same; apply/matrixP => i j; rewrite !mxE.
have /(congr1 (fun t => nth 0 (nth [::] t i) j)) := same.
by rewrite /table !(nth_map 0%N) ?size_map ?size_iota // !nth_iota.
Qed.

(* Every operator by its function, and then the rows. *)
Ltac evaluate :=
  rewrite ?(mx_tr, mx_sub, mx_mul, mx_kron, mx_one, mx_K, mx_vec, mx_resize,
    mx_reshape, mx_row_major, mx_vecb_rows, mx_vecb,
    mx_sum_abt,
    mx_sum_acbt,
    mx_sum_residual_outer,
    mx_sum_kron,
    mx_sum_kron_abt_cdt,
    mx_sum_kron_bct,
    mx_sumAijBijt,
    mx_sumAijKronBij).
