/* Long tables on a narrow screen: each row is a card. Its first cells, as many
   as tell the rows apart, are the heading, and the others are folded. Without
   this script, on a wide screen and on paper, all is shown. */

for (const table of document.querySelectorAll("article table.long")) {
  const rows = [...table.tBodies[0].rows];
  const heading = headings(rows);
  if (rows[0].cells.length - heading > 1)
    rows.forEach((row) => fold(row, heading));
}

function headings(rows) {
  for (let n = 1; n < rows[0].cells.length; n++) {
    const said = rows.map((row) =>
      [...row.cells].slice(0, n).map((cell) => cell.textContent).join("|"),
    );
    if (new Set(said).size === rows.length) return n;
  }
  return rows[0].cells.length;
}

function fold(row, heading) {
  row.classList.add("folds");
  const cells = [...row.cells];
  cells.slice(heading).forEach((cell) => cell.classList.add("folded"));
  const name = cells.slice(0, heading).map((cell) => {
    cell.id ||= `fold-${document.querySelectorAll("[id^=fold-]").length}`;
    return cell.id;
  });
  const button = document.createElement("button");
  button.setAttribute("aria-labelledby", name.join(" "));
  button.setAttribute("aria-expanded", "false");
  // In the last cell of the heading, before what it opens.
  cells[heading - 1].append(button);
  // The heading as a whole answers to a finger, but for its links.
  row.addEventListener("click", (event) => {
    if (event.target.closest("a, .folded")) return;
    const open = row.classList.toggle("open");
    button.setAttribute("aria-expanded", open);
  });
}
