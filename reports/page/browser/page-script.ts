// What a page's own script adds to figures that are complete without it: values under the pointer or the arrow keys, and
// buttons for series, panels, views and metrics. It runs in a browser, imports nothing and stands in the page as text.

(() => {
  type Mark = HTMLElement | SVGElement;

  /** Pixels from the pointer within which a mark is found. */
  const REACH = 30;
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.setAttribute('role', 'status');
  tip.hidden = true;
  document.body.append(tip);
  let lit: Mark | null = null;

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
    tip.textContent = mark.dataset['tip'] ?? '';
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
})();
