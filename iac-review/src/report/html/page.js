'use strict';
(() => {
  const stacks = JSON.parse(document.getElementById('data').textContent);
  const byId = id => document.getElementById(id);
  const titles = {
    'loses-data': 'Data loss', 'destroys': 'Destroyed', 'interrupts': 'Interruption', 'removes-protection': 'Protection removed',
    'changes': 'Changed', 'adds': 'Added', 'none': 'Other',
  };
  // The number of changes drawn at once; more follow as the page is scrolled.
  const STEP = 200;

  const element = (name, classes, text) => {
    const made = document.createElement(name);
    if (classes) made.className = classes;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const changes = [];
  stacks.forEach((stack, number) => {
    for (const change of stack.changes) {
      change.stack = number;
      const lines = change.lines.map(line => line[2] + ' ' + line[3]).join('\n');
      change.text = [change.address, change.what, change.source || '', ...change.dangers, ...change.notes, ...change.same, lines]
        .join('\n').toLowerCase();
      changes.push(change);
    }
  });

  // The header.
  byId('title').textContent = document.title;
  const of = stack => stacks.length > 1 ? ` of ${stack.title}` : '';
  byId('digest').textContent = stacks.flatMap(stack => [
    stack.state && stack.state.replace('State', `State${of(stack)}`),
    stack.knowledge,
    stack.digest && `Effects${of(stack)}: ${stack.digest}`,
  ]).filter(Boolean).join(' · ');
  const shownDangers = new Set(Object.keys(titles));
  for (const danger of Object.keys(titles)) {
    const count = changes.filter(change => change.danger === danger).length;
    if (!count) continue;
    const label = element('label');
    const box = element('input');
    box.type = 'checkbox';
    box.checked = true;
    box.addEventListener('change', () => {
      if (box.checked) shownDangers.add(danger); else shownDangers.delete(danger);
      refresh();
    });
    label.append(box, ' ', element('span', 'badge ' + danger, `${titles[danger]} ${count}`));
    byId('dangers').append(label);
  }

  // Renders text with `code` spans as in Markdown.
  const prose = text => text.split('`').map((part, position) => position % 2 ? element('code', '', part) : part);

  // The remarks above the changes.
  const remark = (title, classes, items) => {
    if (!items.length) return;
    const box = element('div', 'remark ' + classes);
    box.append(element('h2', '', title));
    const list = element('ul');
    for (const item of items) {
      const entry = element('li');
      entry.append(...prose(item.what || item));
      if (item.why) {
        const why = element('span', 'notes');
        why.append(...prose(item.why));
        entry.append(element('br'), why);
      }
      if (item.places) {
        const places = element('ul');
        places.append(...item.places.map(place => element('li', 'address', place)));
        entry.append(places);
      }
      if (item.code) entry.append(element('pre', '', item.code));
      list.append(entry);
    }
    box.append(list);
    byId('remarks').append(box);
  };
  const all = name => stacks.flatMap(stack => stack[name]);
  const dangerous = changes.filter(change => ['loses-data', 'destroys', 'interrupts', 'removes-protection'].includes(change.danger));
  remark('Incomplete plan', 'danger', all('caveats'));
  remark('Unrecognized content', 'warn', all('unrecognized'));
  remark('Dangerous changes', 'danger', dangerous.slice(0, 20).map(change => {
    const more = change.same.length ? ` and ${change.same.length} more` : '';
    const why = change.dangers.length ? `: ${change.dangers.join('; ')}` : '';
    return `${titles[change.danger]}: ${change.address}${more}${why}`;
  }).concat(dangerous.length > 20 ? [`and ${dangerous.length - 20} more`] : [], all('actions')));
  remark('Newly public or privileged', 'deny', all('exposed'));
  remark('Policy violations', 'deny', all('refused'));
  remark('Policy warnings', 'warn', all('warned'));
  remark('Likely renames', 'warn', all('renames'));
  remark('Failed checks', 'deny', all('problems'));
  remark('Checks unknown until apply', 'warn', all('open'));
  remark('Uncertain', 'warn', all('undecided'));
  remark('Actions', 'warn', all('invoked'));
  remark('Changed outside of Terraform', 'warn', all('drift'));

  // A change.
  const CLASSES = { '+': 'add', '-': 'remove', '~': 'update', ' ': '' };
  const lineOf = (line, text) => {
    const row = element('div', CLASSES[line[0]]);
    row.append(`${line[0]} ${'  '.repeat(line[1])}${text}`);
    if (line[3]) row.append(element('span', line[3].includes('forces') ? 'alarm' : 'note', (text ? ' ' : '') + line[3]));
    return row;
  };
  // One side of an updated line, which has both values: `name = a -> b`.
  const part = (line, after) => {
    if (line[0] !== '~') return line[2];
    const start = line[2].indexOf(' = ') + 1 && line[2].indexOf(' = ') + 3;
    const arrow = line[2].indexOf(' -> ', start);
    if (arrow < 0) return line[2];
    return line[2].slice(0, start) + (after ? line[2].slice(arrow + 4) : line[2].slice(start, arrow));
  };
  const diff = lines => {
    if (!byId('side').checked) {
      const box = element('div', 'diff');
      box.append(...lines.map(line => lineOf(line, line[2])));
      return box;
    }
    const sides = element('div', 'sides');
    for (const after of [false, true]) {
      const box = element('div', 'diff');
      box.setAttribute('aria-label', after ? 'After' : 'Before');
      // A line that exists only on the other side leaves a gap here, so that the rest stays aligned.
      const other = after ? '-' : '+';
      box.append(...lines.map(line => line[0] === other ? element('div', 'gap', ' ') : lineOf(line, part(line, after))));
      sides.append(box);
    }
    return sides;
  };
  const fill = (box, change) => {
    const body = element('div', 'body');
    for (const danger of change.dangers) body.append(element('p', '', danger));
    for (const note of change.notes) body.append(element('p', 'notes', note));
    if (change.same.length) body.append(element('p', 'notes', `Same change for ${change.same.join(', ')}`));
    if (change.lines.length) body.append(diff(change.lines));
    box.append(body);
  };
  const draw = change => {
    const box = element('details', 'change ' + change.danger);
    const head = element('summary');
    const count = change.same.length ? ` × ${change.same.length + 1}` : '';
    head.append(
      element('span', 'symbol', change.symbol), element('span', 'address', change.address + count),
      element('span', 'badge ' + change.danger, titles[change.danger]), element('span', 'what', change.what));
    if (change.source) {
      const source = element('code', 'source', change.url ? undefined : change.source);
      if (change.url) {
        const link = element('a', '', change.source);
        link.href = change.url;
        link.rel = 'noreferrer';
        source.append(link);
      }
      head.append(source);
    }
    box.append(head);
    box.addEventListener('toggle', () => {
      if (box.open && box.childElementCount === 1) fill(box, change);
    });
    box.open = unfolded;
    if (unfolded) fill(box, change);
    return box;
  };

  // The list.
  let shown = [], drawn = 0, unfolded = false;
  const more = () => {
    const next = shown.slice(drawn, drawn + STEP);
    const rows = document.createDocumentFragment();
    for (const [position, change] of next.entries()) {
      const before = shown[drawn + position - 1];
      if (stacks.length > 1 && (!before || before.stack !== change.stack)) {
        rows.append(element('h2', '', stacks[change.stack].title || 'Plan'));
      }
      rows.append(draw(change));
    }
    drawn += next.length;
    byId('changes').append(rows);
  };
  const refresh = () => {
    const words = byId('search').value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = changes.filter(change => shownDangers.has(change.danger) && words.every(word => change.text.includes(word)));
    drawn = 0;
    byId('changes').replaceChildren();
    const counts = stacks.map(stack => (stacks.length > 1 ? `${stack.title}: ` : '') + stack.summary).join(' · ');
    const narrow = shown.length < changes.length ? ` — ${shown.length} of ${changes.length} shown` : '';
    byId('summary').textContent = counts + narrow;
    more();
    if (!shown.length) byId('changes').append(element('p', 'notes', changes.length ? 'No matching changes.' : 'No resource changes.'));
  };
  new IntersectionObserver(entries => {
    if (entries.some(entry => entry.isIntersecting) && drawn < shown.length) more();
  }, { rootMargin: '600px' }).observe(byId('more'));
  byId('search').addEventListener('input', refresh);
  byId('side').addEventListener('change', refresh);
  byId('controls').addEventListener('submit', event => event.preventDefault());
  for (const [id, state] of [['unfold', true], ['fold', false]]) {
    byId(id).addEventListener('click', () => { unfolded = state; refresh(); });
  }
  addEventListener('keydown', event => {
    if (event.key === '/' && document.activeElement.tagName !== 'INPUT') {
      event.preventDefault();
      byId('search').focus();
    }
  });

  // The cause graph, drawn from causes on the left to effects on the right.
  const LIMIT = 150;
  byId('graph').addEventListener('toggle', () => {
    if (!byId('graph').open || byId('drawing').childElementCount) return;
    const nodes = new Map(changes.map(change => [change.address, change]));
    const edges = changes.flatMap(change =>
      change.causes.filter(cause => cause !== change.address && nodes.has(cause)).map(cause => [cause, change.address]));
    const linked = [...new Set(edges.flat())].slice(0, LIMIT);
    if (!linked.length) {
      byId('drawing').append(element('p', 'notes', 'No change is caused by another.'));
      return;
    }
    const level = new Map(linked.map(address => [address, 0]));
    for (let round = 0, moved = true; moved && round < linked.length; round++) {
      moved = false;
      for (const [from, to] of edges) {
        if (level.has(from) && level.has(to) && level.get(to) <= level.get(from) && level.get(from) < linked.length) {
          level.set(to, level.get(from) + 1);
          moved = true;
        }
      }
    }
    const NAMESPACE = byId('drawing').namespaceURI.replace('1999/xhtml', '2000/svg');
    const svg = (name, attributes, text) => {
      const made = document.createElementNS(NAMESPACE, name);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      if (text) made.textContent = text;
      return made;
    };
    const width = 12 + 7.3 * Math.max(...linked.map(address => address.length));
    const rows = new Map();
    const place = new Map();
    for (const address of linked) {
      const column = level.get(address);
      const row = rows.get(column) || 0;
      rows.set(column, row + 1);
      place.set(address, [8 + column * (width + 70), 8 + row * 40]);
    }
    const size = [Math.max(...level.values()) * (width + 70) + width + 16, Math.max(...rows.values()) * 40 + 8];
    const drawing = svg('svg', { width: size[0], height: size[1], role: 'img', 'aria-label': 'Cause graph' });
    for (const [from, to] of edges) {
      if (!place.has(from) || !place.has(to)) continue;
      const [x1, y1] = place.get(from), [x2, y2] = place.get(to);
      const [left, right] = [x1 + width, x2];
      drawing.append(svg('path', { d: `M${left},${y1 + 14} C${left + 35},${y1 + 14} ${right - 35},${y2 + 14} ${right},${y2 + 14}` }));
    }
    for (const address of linked) {
      const [x, y] = place.get(address);
      const danger = nodes.get(address).danger;
      const color = danger === 'none' ? 'var(--line)' : `var(--${danger})`;
      drawing.append(svg('rect', { x, y, width, height: 28, style: `stroke: ${color}` }), svg('text', { x: x + 8, y: y + 18 }, address));
    }
    byId('drawing').append(drawing);
  });

  refresh();
  document.documentElement.dataset.ready = Math.round(performance.now());
})();
