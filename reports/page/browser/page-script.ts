// What a page's own script adds to what is complete without it: values under the pointer or the arrow keys, buttons for series,
// panels, views, metrics, models, copies and other pictures, and enlarged pictures. It runs in a browser, imports nothing and stands
// in the page as text.

(() => {
  type Mark = HTMLElement | SVGElement;

  document.documentElement.classList.add('script');

  /** Pixels from the pointer within which a mark is found. */
  const REACH = 30;
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.setAttribute('role', 'status');
  tip.hidden = true;
  document.body.append(tip);
  let lit: Mark | null = null;

  /** Pictures of a gallery by the name of their image, which the dots of a figure have too. */
  const pictured = [...document.querySelectorAll<HTMLElement>('.gallery [data-id]')].flatMap((entry) => {
    const picture = entry.querySelector('img');
    return picture ? [{ id: entry.dataset['id']!, picture }] : [];
  });

  const hide = () => {
    lit?.classList.remove('lit');
    lit = null;
    tip.hidden = true;
  };
  const middle = (mark: Mark) => {
    const box = mark.getBoundingClientRect();
    return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  };
  const put = () => {
    if (!lit) return;
    const { x, y } = middle(lit);
    const room = document.documentElement.clientWidth;
    tip.style.left = `${Math.max(4, Math.min(x + 12, room - tip.offsetWidth - 4))}px`;
    tip.style.top = `${y > tip.offsetHeight + 20 ? y - tip.offsetHeight - 12 : y + 16}px`;
  };
  const show = (mark: Mark) => {
    if (mark === lit) return;
    hide();
    lit = mark;
    mark.classList.add('lit');
    const says = mark.dataset['tip'] ?? '';
    const picture = pictured.find(({ id }) => says.startsWith(`${id}: `))?.picture.cloneNode();
    tip.replaceChildren(...(picture ? [picture] : []), says);
    tip.hidden = false;
    put();
  };
  const seen = (mark: Mark) => !mark.closest('.off');

  const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  /** Lets the pointer and the arrow keys read the values of a figure, whose marks name theirs in a title. */
  const readable = (svg: SVGElement) => {
    const marks = [...svg.querySelectorAll('title')].map((title) => {
      const mark = title.parentNode as Mark;
      mark.dataset['tip'] = title.textContent ?? '';
      title.remove();
      return mark;
    });
    if (marks.length === 0) return;
    svg.setAttribute('tabindex', '0');
    svg.setAttribute('aria-label', `${svg.getAttribute('aria-label')} The arrow keys read its values.`);
    let place = -1;
    svg.addEventListener('pointermove', (event) => {
      let nearest: Mark | null = null;
      let least = REACH;
      for (const mark of marks.filter(seen)) {
        const { x, y } = middle(mark);
        const distance = Math.hypot(x - event.clientX, y - event.clientY);
        if (distance < least) [nearest, least] = [mark, distance];
      }
      if (nearest) show(nearest);
      else hide();
    });
    svg.addEventListener('pointerleave', hide);
    svg.addEventListener('blur', hide);
    svg.addEventListener('keydown', (event) => {
      const step = STEPS[event.key];
      if (event.key === 'Escape') hide();
      const shown = marks.filter(seen);
      if (!step || shown.length === 0) return;
      event.preventDefault();
      place = (place + step + shown.length) % shown.length;
      show(shown[place]!);
    });
  };

  const button = (
    content: readonly (Node | string)[],
    isOn: boolean,
    press: (made: HTMLButtonElement) => void,
  ) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.append(...content);
    made.setAttribute('aria-pressed', String(isOn));
    made.addEventListener('click', () => press(made));
    return made;
  };
  const isPressed = (one: Element) => one.getAttribute('aria-pressed') === 'true';
  const group = (label: string, buttons: readonly HTMLButtonElement[]) => {
    const made = document.createElement('span');
    made.className = 'group';
    made.setAttribute('role', 'group');
    made.setAttribute('aria-label', label);
    const name = document.createElement('span');
    name.className = 'name';
    name.setAttribute('aria-hidden', 'true');
    name.textContent = label;
    made.append(name, ...buttons);
    return made;
  };
  /** Names up to what explains them, where that still tells them apart. */
  const shortened = (names: readonly string[]) => {
    const short = names.map((name) => name.replace(/(: | \().*$/, ''));
    return new Set(short).size === names.length ? short : names;
  };
  /** Buttons of which each shows or hides something, and at least one stays pressed. */
  const toggles = (names: readonly string[], apply: (i: number, on: boolean, count: number) => void) => {
    const buttons: readonly HTMLButtonElement[] = names.map((name, i) =>
      button([name], true, (pressed) => {
        const on = !isPressed(pressed);
        if (!on && buttons.filter(isPressed).length === 1) return;
        pressed.setAttribute('aria-pressed', String(on));
        apply(i, on, buttons.filter(isPressed).length);
      }),
    );
    return buttons;
  };
  /** Distinct values of a data attribute, in the order of the elements. */
  const distinct = (elements: readonly Mark[], name: string) => [
    ...new Set(elements.map((element) => element.dataset[name] ?? '')),
  ];

  for (const figure of document.querySelectorAll<HTMLElement>('figure.figure')) {
    const plots = [...figure.querySelectorAll<SVGElement>('svg.plot')];
    for (const svg of plots) readable(svg);
    for (const entry of figure.querySelectorAll<HTMLElement>('[data-key]')) {
      const made = button([...entry.childNodes], true, (pressed) => {
        const on = !isPressed(pressed);
        pressed.setAttribute('aria-pressed', String(on));
        for (const mark of figure.querySelectorAll(`[data-series="${entry.dataset['key']}"]`)) {
          mark.classList.toggle('off', !on);
        }
        hide();
      });
      entry.append(made);
    }
    const panels = [...figure.querySelectorAll<HTMLElement>('.panel')];
    const tools = document.createElement('div');
    tools.className = 'tools';
    if (panels.length > 1) {
      const names = shortened(panels.map((panel) => panel.dataset['name'] ?? ''));
      const buttons = toggles(names, (i, on, count) => {
        panels[i]!.classList.toggle('off', !on);
        figure.classList.toggle('single', count === 1);
      });
      tools.append(group('Panels', buttons));
    }
    const views = distinct(plots, 'view');
    if (views.length > 1) {
      const buttons: readonly HTMLButtonElement[] = views.map((view, i) =>
        button([view], i === 0, (pressed) => {
          for (const one of buttons) one.setAttribute('aria-pressed', String(one === pressed));
          for (const svg of plots) svg.toggleAttribute('hidden', svg.dataset['view'] !== view);
          hide();
        }),
      );
      tools.append(group('Axis', buttons));
    }
    if (tools.childNodes.length > 0) figure.querySelector('.panels')?.before(tools);
  }

  /** Buttons that show or hide all figures of a metric or score. */
  const figureChoice = (place: Element, label: string, kind: string) => {
    const figures = [...document.querySelectorAll<HTMLElement>(`figure[data-${kind}]`)];
    const names = distinct(figures, kind);
    if (names.length < 2) return;
    const buttons = toggles(names, (i, on) => {
      for (const figure of figures) {
        if (figure.dataset[kind] === names[i]) figure.classList.toggle(`no-${kind}`, !on);
      }
      hide();
    });
    place.append(group(label, buttons));
  };
  const choices = document.querySelector('[data-tools="figures"]');
  if (choices) {
    figureChoice(choices, 'Metrics', 'metric');
    figureChoice(choices, 'Scores', 'score');
  }

  const sizes = [...document.querySelectorAll<HTMLDetailsElement>('details.size')];
  const chooser = document.querySelector('[data-tools="sizes"]');
  if (chooser && sizes.length > 1) {
    const select = document.createElement('select');
    const choose = () => {
      for (const one of sizes) {
        one.open = one.dataset['n'] === select.value;
        one.classList.toggle('off', !one.open);
      }
      for (const mark of document.querySelectorAll<SVGElement>('svg.plot [data-n]')) {
        mark.classList.toggle('picked', mark.dataset['n'] === select.value);
      }
    };
    for (const one of sizes)
      select.add(new Option(one.querySelector('summary')?.textContent ?? '', one.dataset['n']));
    select.selectedIndex = sizes.length - 1;
    select.addEventListener('change', choose);
    const label = document.createElement('label');
    label.append('Sample size ', select);
    chooser.append(label);
    choose();
  } else if (sizes.length === 1) sizes[0]!.open = true;
  document.addEventListener('scroll', put, { passive: true });

  /** A row of tools before an element, one for each. */
  const toolsBefore = (element: Element) => {
    const before = element.previousElementSibling;
    if (before?.matches('.tools')) return before;
    const made = document.createElement('div');
    made.className = 'tools';
    element.before(made);
    return made;
  };
  const pressable = (name: string, press: () => void) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = name;
    made.addEventListener('click', press);
    return made;
  };

  // copies of commands, methods, tables and references
  for (const source of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    const text = source.textContent ?? '';
    const name = `Copy ${source.dataset['copy']}`;
    const copy = pressable(name, async () => {
      await navigator.clipboard.writeText(text).then(
        () => {
          copy.textContent = 'Copied';
        },
        () => {
          getSelection()?.selectAllChildren(source);
          copy.textContent = 'Selected: press Ctrl+C';
        },
      );
    });
    copy.className = 'copy';
    copy.addEventListener('blur', () => {
      copy.textContent = name;
    });
    source.after(copy);
  }

  // pictures, enlarged
  const box = document.createElement('dialog');
  const large = document.createElement('img');
  const caption = document.createElement('p');
  let row: readonly HTMLImageElement[] = [];
  let at = 0;
  const enlarge = (i: number) => {
    at = (i + row.length) % row.length;
    large.src = row[at]!.src;
    large.alt = row[at]!.alt;
    caption.textContent = `${row[at]!.alt} (${at + 1} of ${row.length})`;
  };
  const turns = document.createElement('div');
  turns.append(
    pressable('Previous', () => enlarge(at - 1)),
    ' ',
    pressable('Next', () => enlarge(at + 1)),
    ' ',
    pressable('Close', () => box.close()),
  );
  box.setAttribute('aria-label', 'Enlarged picture');
  box.append(large, caption, turns);
  box.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step) enlarge(at + step);
  });
  box.addEventListener('click', (event) => {
    if (event.target === box) box.close();
  });
  document.body.append(box);
  for (const group of document.querySelectorAll<HTMLElement>('.samples, .gallery, .distorted')) {
    const open = (first?: HTMLImageElement) => {
      row = [...group.querySelectorAll('img')].filter((one) => one.checkVisibility());
      if (row.length === 0) return;
      enlarge(first ? row.indexOf(first) : 0);
      box.showModal();
    };
    if (!group.querySelector('img')) continue;
    group.addEventListener('click', (event) => {
      if (event.target instanceof HTMLImageElement) open(event.target);
    });
    toolsBefore(group).append(pressable('Enlarge pictures', () => open()));
  }

  // other pictures of those that were drawn at random
  for (const group of document.querySelectorAll<HTMLElement>('.samples[data-shown]')) {
    const shown = Number(group.dataset['shown']);
    const rows = [...group.querySelectorAll('.pictures')].map((one) => [...one.children] as HTMLElement[]);
    const draws = Math.ceil(Math.max(...rows.map(({ length }) => length)) / shown);
    if (draws < 2) continue;
    let draw = 0;
    const name = () => `Other pictures (${draw + 1} of ${draws})`;
    const other = pressable(name(), () => {
      draw = (draw + 1) % draws;
      for (const images of rows) {
        const own = draw % Math.max(1, Math.ceil(images.length / shown));
        for (const [i, image] of images.entries()) image.hidden = Math.floor(i / shown) !== own;
      }
      other.textContent = name();
    });
    toolsBefore(group).append(other);
  }

  // a gallery in another order, or the images whose name holds a text
  for (const gallery of document.querySelectorAll<HTMLElement>('.gallery[data-gallery]')) {
    const entries = [...gallery.querySelectorAll<HTMLElement>('[data-id]')];
    const number = (one: HTMLElement) => Number(one.dataset['rank']);
    const ORDERS: Readonly<Record<string, (a: HTMLElement, b: HTMLElement) => number>> = {
      'most uncertain first': (a, b) => number(a) - number(b),
      'least uncertain first': (a, b) => number(b) - number(a),
      'by name': (a, b) => (a.dataset['id']! < b.dataset['id']! ? -1 : 1),
    };
    const select = document.createElement('select');
    for (const order of Object.keys(ORDERS)) select.add(new Option(order));
    select.addEventListener('change', () => gallery.append(...entries.sort(ORDERS[select.value])));
    const search = document.createElement('input');
    search.type = 'search';
    search.addEventListener('input', () => {
      for (const one of entries) one.hidden = !one.dataset['id']!.includes(search.value);
    });
    for (const [name, control] of [
      ['Order ', select],
      ['Name holds ', search],
    ] as const) {
      const label = document.createElement('label');
      label.append(name, control);
      toolsBefore(gallery).append(label);
    }
  }

  // one model for the whole page: its marks, pictures and rows
  const place = document.querySelector<HTMLElement>('[data-models]');
  const models: readonly string[] = JSON.parse(place?.dataset['models'] ?? '[]');
  if (place && models.length > 1) {
    const select = document.createElement('select');
    select.add(new Option('all', ''));
    for (const name of models)
      select.add(new Option(name.length > 40 ? `${name.slice(0, 39)}…` : name, name));
    const other = (name: string | undefined) =>
      select.value !== '' && name !== select.value && models.includes(name ?? '');
    select.addEventListener('change', () => {
      for (const entry of document.querySelectorAll<HTMLElement>('[data-key][data-model]')) {
        const pressed = entry.querySelector('button');
        if (pressed && isPressed(pressed) === other(entry.dataset['model'])) pressed.click();
      }
      for (const mark of document.querySelectorAll<Mark>('svg.plot [data-tip]')) {
        const [name] = models.filter((one) => mark.dataset['tip']!.startsWith(`${one}: `));
        if (!mark.closest('[data-series]')) mark.classList.toggle('off', other(name));
      }
      for (const pictures of document.querySelectorAll<HTMLElement>('div[data-model]'))
        pictures.classList.toggle('off', other(pictures.dataset['model']));
      for (const line of document.querySelectorAll<HTMLTableRowElement>('main tbody tr'))
        line.classList.toggle(
          'off',
          [...line.cells].some((cell) => other(cell.textContent ?? '')),
        );
      hide();
    });
    const label = document.createElement('label');
    label.append('Model ', select);
    place.append(label);
  }
})();
