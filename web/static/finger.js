// Whether a finger (or mouse button) is down: a button that is swapped away under it loses its click, which comes after the lift.

const CLICK_MS = 60; // a touch's click follows the lift by so much
const HELD_MS = 3000; // nobody presses so long; a lift that was never told must not stop the page from renewing itself

let down = Promise.resolve();
let lift = () => {};

export function watchFinger(target = document) {
  target.addEventListener("pointerdown", pressed, { capture: true });
  for (const kind of ["pointerup", "pointercancel"]) {
    target.addEventListener(kind, () => setTimeout(lift, CLICK_MS), { capture: true });
  }
}

function pressed() {
  lift();
  down = new Promise((resolve) => {
    lift = resolve;
    setTimeout(resolve, HELD_MS);
  });
}

/** @returns {Promise<void>} fulfilled when no finger is down */
export function lifted() {
  return down;
}
