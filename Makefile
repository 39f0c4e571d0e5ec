# make book   builds the executed site
# make test   runs every unit test and every notebook
# Both first make the environment .venv from requirements.lock.

PYTHON ?= python3
BIN := .venv/bin

# With an exported Agg backend the kernels would emit no figures, and the site
# would be published without them.
unexport MPLBACKEND

.PHONY: book test notebooks bench lint lock repository clean

book: .venv/ready
	$(BIN)/jupyter-book build . --all -W -n --keep-going
	@echo "The book: $(CURDIR)/_build/html/index.html"

test: .venv/ready
	$(BIN)/python -m pytest

# Re-executes every notebook in place; needed after a change to the library.
notebooks: .venv/ready
	$(BIN)/python book/_tools/execute.py

# Times the sums at the source's own sizes, then over many sizes beside their
# peers: twenty minutes, and 6 GB of memory. PASSIVE, or the idle threads of
# one peer would keep a core busy while the next one is timed.
bench: .venv/ready .peers/ready
	$(BIN)/python tests/benchmarks/source_sizes.py
	PYTHONPATH=.peers OMP_WAIT_POLICY=PASSIVE \
		$(BIN)/python tests/benchmarks/sums.py

lint: .venv/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Writes the repository's address everywhere: make repository URL=https://…
repository: .venv/ready
	$(BIN)/python book/_tools/set_repository.py $(URL)

# Pins what requirements.txt asks for. uv, because its output names no host.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-package lemmas-lib --no-header --quiet --upgrade \
		requirements.txt --output-file requirements.lock

clean:
	rm -rf .venv .peers _build

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

.peers/ready: tests/benchmarks/peers.txt
	$(BIN)/pip install --quiet --no-deps --upgrade --target .peers -r $<
	@touch $@
