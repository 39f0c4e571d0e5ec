/* The finder of the first page: each question of the table becomes a choice,
   and only the rows that it leaves are shown. Without this script, and on
   paper, the table is as it is. */

const table = document.querySelector("#find-your-sum table");
const QUESTIONS = 4; // the first columns; what follows is the answer

if (table) {
  const questions = [...table.tHead.rows[0].cells].slice(0, QUESTIONS);
  const rows = [...table.tBodies[0].rows];
  const form = document.createElement("form");
  form.className = "finder";
  const choices = questions.map((head, column) => {
    const label = document.createElement("label");
    label.textContent = head.textContent;
    const select = label.appendChild(document.createElement("select"));
    select.addEventListener("change", () => show(column));
    form.append(label);
    return select;
  });
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  form.append(said);
  table.closest(".pst-scrollable-table-container, table").before(form);

  const values = rows.map((row) => [...row.cells].slice(0, QUESTIONS).map(value));

  // What is asked above need not stand below.
  for (const row of table.rows)
    for (const cell of [...row.cells].slice(0, QUESTIONS)) cell.hidden = true;

  function value(cell) {
    const copy = cell.cloneNode(true);
    copy.querySelector(".column-name")?.remove(); // for narrow screens
    return copy.textContent.trim();
  }

  function left(upTo) {
    return rows.filter((_, r) =>
      choices.every(
        (select, c) => c >= upTo || !select.value || select.value === values[r][c],
      ),
    );
  }

  // A choice offers what those before it leave.
  function show(changed) {
    for (let c = changed + 1; c < QUESTIONS; c++) {
      const still = left(c).map((row) => values[rows.indexOf(row)][c]);
      const kept = choices[c].value;
      const options = ["", ...new Set(still)];
      choices[c].replaceChildren(
        ...options.map((value) => new Option(value || "any", value)),
      );
      choices[c].value = options.includes(kept) ? kept : "";
    }
    const found = left(QUESTIONS);
    for (const row of rows) row.hidden = !found.includes(row);
    said.textContent =
      found.length === 1 ? "One sum is left." : `${found.length} sums are left.`;
  }

  show(-1);
}
