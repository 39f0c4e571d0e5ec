/* Lemmas 1 and 4 at sizes that the reader chooses.

   A still picture with the class identity-picture and data-lemma="1" or "4"
   leaves its place on the screen to one that answers. It stays on paper, and
   where no script runs.

   A matrix is an array of rows of cells. A cell is an entry of A or B, the
   same object in every matrix in which it stands; or it is a number with its
   terms, the pairs of entries whose products add up to it. So where an entry
   goes, and what a number is made of, is read off the cells. */

(() => {
"use strict"

// Matrices

const range = length => [...Array(length).keys()]
const matrix = (rows, columns, cell) =>
    range(rows).map(i => range(columns).map(j => cell(i, j)))
const transpose = X => X[0].map((_, j) => X.map(row => row[j]))
const read = (X, byRows) => (byRows ? X : transpose(X)).flat()
const fold = (cells, rows, columns, byRows) => matrix(rows, columns,
    (i, j) => cells[byRows ? columns * i + j : i + rows * j])
const over = (x, y) => Math.floor(x / y)
const blocks = (X, n) =>
    range(X.length / n).map(i => X.slice(n * i, n * i + n))

/** Return the row and the column of a cell, counted from 0. */
function place(X, cell) {
    const row = X.findIndex(cells => cells.includes(cell))
    return [row, X[row].indexOf(cell)]
}

/** Return A, its entries counted by columns, and B, in l blocks of n rows. */
function operands({l, n, k1, k2}, shadeA, shadeB) {
    const entries = (name, k, value, shade) => matrix(l * n, k, (row, c) => {
        const [i, r] = [over(row, n), row % n]
        return {name, i, r, c, value: value(i, r, c), shade: shade(i, r, c)}
    })
    return [
        entries("A", k1, (i, r, c) => 1 + r + n * i + l * n * c, shadeA),
        // At no size does the wrong order give the right numbers by chance.
        entries("B", k2, (i, r, c) => (2 + 2 * i + 3 * r + c) % 4, shadeB),
    ]
}

function number(terms) {
    const shades = new Set(terms.map(([a]) => a.shade))
    return {
        terms,
        value: terms.reduce((sum, [a, b]) => sum + a.value * b.value, 0),
        shade: shades.size === 1 ? terms[0][0].shade : null,
    }
}

/** Return X Y', where X is made of entries of A, and Y of B. */
const times = (X, Y) => matrix(X.length, Y.length,
    (r, s) => number(X[r].map((a, j) => [a, Y[s][j]])))

// The two lemmas: sizes, each with its largest and its first; lines of signs
// and matrices, each with its name and the shape of its blocks, with "?" for
// the sign that is to be seen; and words.

const letter = (name, below = "") =>
    `<i>${name}</i>${below && `<sub>${below}</sub>`}`
const sumOf = sign =>
    `Σ ${letter("A", "<i>i</i>")}${sign}${letter("B", "<i>i</i>")}`
const [aRows, bRows] = [letter("ã"), letter("b̃")]
const unless = (same, text) => same ? "" : text

const LEMMAS = {
    1: {
        sizes: {l: ["blocks", 4, 3], n: ["rows each", 3, 2],
            k: ["columns", 3, 2]},
        draw({l, n, k}, byRows) {
            const shade = i => i / Math.max(l - 1, 1)
            const [A, B] = operands({l, n, k1: k, k2: k}, shade, shade)
            const wide = X => fold(read(X, byRows), n, k * l, byRows)
            const name = x => letter(x) + "<sup>" +
                `${unless(!byRows, "row-major ")}(<i>n</i>, <i>kl</i>)</sup>`
            const [a, b] = [wide(A), wide(B)]
            const each = blocks(A, n).map((X, i) => times(X, blocks(B, n)[i]))
            const sum = matrix(n, n,
                (r, s) => number(each.flatMap(X => X[r][s].terms)))
            const product = times(a, b)
            return {reshaped: {A: a, B: b}, name, sum, product, lines: [
                [["", [letter("A"), A, [n, k]]],
                    ["", [letter("B"), B, [n, k]]],
                    ["→", [name("A"), a], [name("B"), b]]],
                [...each.map((X, i) => [unless(i === 0, "+"),
                    [`${letter("A", i + 1)}${letter("B", i + 1)}′`, X]]),
                    ["=", [`${sumOf("")}′`, sum]],
                    ["?", [`${name("A")} (${name("B")})′`, product]]],
            ]}
        },
        byColumns: "Read by columns, each column of a block stays whole.",
        byRows: "Read by rows, as NumPy does by default, entries of " +
            "different blocks meet.",
        alike: "With one block, or blocks of one row, both orders pair the " +
            "same entries.",
        follow(entry, {reshaped, name}) {
            const [other, line] = entry.name === "A"
                ? ["B", "row"] : ["A", "column"]
            const [row, column] = place(reshaped[entry.name], entry)
            const met = reshaped[other].map(cells => cells[column])
            const whole = met.every((e, s) =>
                e.i === entry.i && e.r === s && e.c === entry.c)
            const partner =
                `column ${entry.c + 1} of ${letter(other, entry.i + 1)}`
            const values = met.map(({value}) => value).join(", ")
            return `It stands in row ${row + 1}, column ${column + 1} of ` +
                `${name(entry.name)}, meets ` +
                (whole ? partner : `${values}, not ${partner},`) +
                ` and adds to ${line} ${row + 1} of the product` +
                unless(row === entry.r, `, not ${entry.r + 1}`)
        },
    },
    4: {
        sizes: {l: ["blocks", 3, 2], n: ["rows each", 3, 2],
            k1: ["columns", 3, 2], k2: ["columns", 3, 3]},
        draw(sizes, byRows) {
            const {l, n, k1, k2} = sizes
            const [A, B] = operands(sizes,
                (i, r, c) => (r + n * c) / Math.max(n * k1 - 1, 1), () => null)
            const [a, b] = [A, B].map(
                X => blocks(X, n).map(block => read(block, byRows)))
            const columns = times(transpose(a), transpose(b))
            const folded = columns.map(cells => fold(cells, n, k2, false))
            const kronecker = cell => matrix(n * n, k1 * k2, (i, j) =>
                cell(over(i, n), over(j, k2), i % n, j % k2))
            const sum = kronecker((r, c, s, d) => number(range(l).map(
                i => [A[n * i + r][c], B[n * i + s][d]])))
            const product = kronecker((r, c, s, d) => folded[r + n * c][s][d])
            const order = unless(!byRows, ", by rows")
            return {reshaped: {A: a, B: b}, n, sum, product, lines: [
                [["", [letter("A"), A, [n, k1]]],
                    ["", [letter("B"), B, [n, k2]]],
                    ["→", [aRows + order, a], [bRows + order, b]]],
                [
                    ["", [`${bRows}′${aRows}`, transpose(columns),
                        [n * k2, 1]]],
                    ["→", ["its columns, folded", product, [n, k2]]],
                    ["?", [sumOf(" ⊗ "), sum, [n, k2]]],
                ],
            ]}
        },
        byColumns: `Each column of ${bRows}′${aRows} is the vec of one ` +
            "block of the sum.",
        byRows: "Blocks are read by rows, as NumPy does by default, but " +
            "columns still folded by columns.",
        alike: "A single row or column reads the same either way.",
        follow(entry, {reshaped, n}) {
            const {name, i, r, c} = entry
            const [, column] = place(reshaped[name], entry)
            const [other, line, part, whole] = name === "A"
                ? [bRows, "column", "block", ""]
                : [aRows, "row", "entry", " of each block"]
            const [row, across] = [column % n, over(column, n)]
            return `It meets row ${i + 1} of ${other} and adds to ${line} ` +
                `${column + 1} of ${bRows}′${aRows}, folded into ` +
                `${part} (${row + 1}, ${across + 1})${whole}` +
                unless(row === r && across === c, `, not (${r + 1}, ${c + 1})`)
        },
    },
}

// Drawing

const SIDE = 26 // of a cell
const GAP = 5 // between blocks
// cividis, from light to dark, as in the book's other pictures
const SHADES = [[243, 219, 66], [195, 179, 105], [151, 145, 119],
    [111, 112, 115], [72, 82, 108], [8, 51, 112]]

function colour(shade) {
    const at = shade * (SHADES.length - 1)
    const low = Math.min(Math.floor(at), SHADES.length - 2)
    return SHADES[low].map((from, c) =>
        Math.round(from + (at - low) * (SHADES[low + 1][c] - from)))
}

// The colours darken evenly, and from here on white is read more easily.
const ink = shade => shade < 0.56 ? "black" : "white"

const maker = space => (tag, attributes, ...children) => {
    const element = document.createElementNS(space, tag)
    for (const [name, value] of Object.entries(attributes)) {
        element.setAttribute(name, value)
    }
    element.append(...children)
    return element
}
const html = maker("http://www.w3.org/1999/xhtml")
const svg = maker("http://www.w3.org/2000/svg")

function drawCell(cell, x, y, wrong) {
    const [ground, fill] = cell.shade === null
        ? ["transparent", "currentColor"]
        : [`rgb(${colour(cell.shade)})`, ink(cell.shade)]
    const square = {x, y, width: SIDE, height: SIDE}
    const text = {x: x + SIDE / 2, y: y + SIDE / 2, fill,
        class: cell.value > 99 ? "long" : ""}
    const element = svg("g", {role: "gridcell", tabindex: -1},
        svg("rect", {...square, fill: ground}), svg("text", text, cell.value))
    if (wrong) {
        const d = `M${x + 6} ${y + 21}l2 2 3-3 3 3 3-3 2 2`
        element.append(svg("path", {class: "wrong", stroke: fill, d}))
    }
    // A line on a broader one, so that it is seen on every shade.
    const marks = ["ground", "line"].map(
        name => svg("rect", {class: name, ...square}))
    return {cell, x, y, element, marks}
}

/** Return a matrix as an element, and what is drawn of each of its cells. */
function drawMatrix([name, X, cut = [Infinity, Infinity]], matrix, right) {
    const at = (number, every) => SIDE * number + GAP * over(number, every)
    const cells = X.map((row, i) => row.map((cell, j) => ({matrix, i, j,
        ...drawCell(cell, at(j, cut[1]), at(i, cut[0]),
            right && cell.value !== right[i][j].value)})))
    const last = cells.at(-1).at(-1)
    const [width, height] = [last.x + SIDE + 8, last.y + SIDE + 8]
    const label = html("div", {class: "reshape-name"})
    label.innerHTML = name
    const rows = cells.map(row => svg("g", {role: "row"},
        ...row.map(({element}) => element)))
    const marks = [0, 1].flatMap(
        layer => cells.flat().map(({marks}) => marks[layer]))
    cells[0][0].element.setAttribute("tabindex", 0)
    const picture = svg("svg", {width, viewBox: `-4 -4 ${width} ${height}`},
        svg("g", {role: "grid", "aria-label":
            `${label.textContent}, ${X.length} by ${X[0].length}`}, ...rows),
        svg("g", {"aria-hidden": true}, ...marks))
    return [html("div", {}, label, picture), cells.flat()]
}

/** Put a picture that answers in the place of a still one. */
function enliven(still, lemma) {
    const sizes = {}
    let byRows = false
    let drawn, cells, current // what is drawn, cell by cell; the one in focus

    const widget = html("div", {class: "reshape", role: "group",
        "aria-label": "The lemma at sizes of your choice"})
    widget.innerHTML = `
        <div class="reshape-controls">
            <button type="button" aria-pressed="false" aria-keyshortcuts="R">
                row-major <kbd>R</kbd></button></div>
        <p role="status"></p><div></div>
        <p class="reshape-help">Point at an entry, tap it, or reach it with
            Tab and the arrow keys, to see where it goes.</p>
        <p class="reshape-trace" aria-live="polite"></p>`
    const [controls, verdict, picture, , trace] = widget.children
    const toggle = controls.firstElementChild
    toggle.before(...Object.entries(lemma.sizes).map(slider))

    function slider([name, [what, max, first]]) {
        const label = html("span", {})
        const input = html("input", {type: "range", min: 1, max, value: first})
        const set = () => {
            sizes[name] = Number(input.value)
            label.innerHTML =
                `${what}: ${letter(name[0], name[1])} = ${input.value}`
        }
        set()
        input.addEventListener("input", () => { set(); draw() })
        return html("label", {}, label, input)
    }

    /** Draw all anew, and light up what stands at the same place. */
    function draw(at) {
        drawn = lemma.draw(sizes, byRows)
        const {sum, product, lines} = drawn
        const right = sum.flat()
        const differ = product.flat().filter(
            ({value}, at) => value !== right[at].value).length
        cells = []
        let matrices = 0
        const stack = part => {
            const right = part[1] === product && sum
            const [element, own] = drawMatrix(part, matrices++, right)
            cells.push(...own)
            return element
        }
        picture.replaceChildren(...lines.map(line => html("div",
            {class: "reshape-line"}, ...line.map(([sign, ...parts]) => html(
                "div", {class: "reshape-item"},
                html("span", {class: sign === "?" ? "relation" : "sign"},
                    sign === "?" ? (differ ? "≠" : "=") : sign),
                html("div", {}, ...parts.map(stack)))))))
        const why = !byRows ? "byColumns" : differ ? "byRows" : "alike"
        verdict.innerHTML = `${lemma[why]} <strong>The product is ` +
            unless(!differ, "not ") + "the sum" + unless(!differ,
            `: ${differ} of ${right.length} entries differ`) + ".</strong>"
        // One that goes elsewhere when it is read by rows.
        const row = Math.min(sizes.n + 1, sizes.l * sizes.n - 1)
        show(at ? cellAt(at.matrix, at.i, at.j) : cellAt(0, row, 0))
    }

    /** Light an entry up wherever it goes, or what a number is made of. */
    function show(at) {
        current = at
        const {cell} = at
        const terms = cell.terms ?? drawn.product.flat()
            .flatMap(({terms}) => terms).filter(term => term.includes(cell))
        const touched = new Set(terms.flat())
        const holds = term => cell.terms
            ? terms.some(([a, b]) => a === term[0] && b === term[1])
            : term.includes(cell)
        for (const each of cells) {
            const other = each.cell
            const mark = each === at ? "here"
                : other === cell || other.terms?.some(holds) ? "lit"
                : !touched.has(other) ? ""
                : cell.terms ? "lit" : "met"
            each.marks.forEach(rect => { rect.dataset.mark = mark })
        }
        trace.innerHTML = `<b>${cell.value}</b> ` + (cell.terms
            ? `= ${terms.map(term =>
                term.map(({value}) => value).join("·")).join(" + ")}`
            : `is entry (${cell.r + 1}, ${cell.c + 1}) of ` +
                `${letter(cell.name, cell.i + 1)}. ` +
                `${lemma.follow(cell, drawn)}.`)
    }

    const cellAt = (matrix, i, j) => cells.find(
        at => at.matrix === matrix && at.i === i && at.j === j)

    function focus(at) {
        cells.filter(({matrix}) => matrix === at.matrix).forEach(
            ({element}) => element.setAttribute("tabindex", -1))
        at.element.setAttribute("tabindex", 0)
        at.element.focus()
    }

    /** Read in the other order, and see the entries move. */
    function turn() {
        const focused = picture.contains(document.activeElement)
        const before = cells
        byRows = !byRows
        toggle.setAttribute("aria-pressed", byRows)
        draw(current)
        if (focused) focus(current)
        if (matchMedia("(prefers-reduced-motion: reduce)").matches) return
        const key = ({matrix, cell}) =>
            [matrix, cell.name, cell.i, cell.r, cell.c].join()
        const places = new Map(before.map(at => [key(at), at]))
        for (const at of cells.filter(({cell}) => !cell.terms)) {
            const {x, y} = places.get(key(at))
            const from = `translate(${x - at.x}px, ${y - at.y}px)`
            for (const part of [at.element, ...at.marks]) {
                part.animate({transform: [from, "none"]},
                    {duration: 700, easing: "ease-in-out"})
            }
        }
    }

    const under = ({target}) =>
        cells.find(({element}) => element === target.closest("[role]"))

    // Not pointerover, which comes without a pointer when the page scrolls.
    for (const kind of ["pointermove", "pointerdown", "focusin"]) {
        picture.addEventListener(kind, event => {
            const at = under(event)
            if (at && at !== current) show(at)
        })
    }
    widget.addEventListener("keydown", event => {
        if (event.ctrlKey || event.altKey || event.metaKey) return
        if (event.key.toLowerCase() === "r") turn()
        const at = under(event)
        const step = {ArrowUp: [-1, 0], ArrowDown: [1, 0],
            ArrowLeft: [0, -1], ArrowRight: [0, 1]}[event.key]
        if (!at || !step) return
        event.preventDefault()
        const next = cellAt(at.matrix, at.i + step[0], at.j + step[1])
        if (next) focus(next)
    })
    toggle.addEventListener("click", turn)
    draw()
    still.before(widget)
    still.classList.add("reshape-still")
}

for (const still of document.querySelectorAll(".identity-picture")) {
    const lemma = LEMMAS[still.dataset.lemma]
    if (lemma) enliven(still, lemma)
}
})()
