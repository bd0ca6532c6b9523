// Points as judges type them, read as rules/judging.py and core/numbers.py read them; one table of a test holds both to it.
(() => {
  "use strict";

  const NUMBER = /^-?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?$/;
  const POINTS = /^[0-9]{1,4}(?:\.[0-9]{1,2})?$/;
  const INVISIBLE = /[\p{Cf}\ufe00-\ufe0f]/gu;

  // The points in plain digits, or null when the text is none.
  window.pointsOf = (text) => {
    const plain = text.replace(INVISIBLE, "").trim()
      .replace(/[\uff01-\uff5e]/g, (found) => String.fromCharCode(found.charCodeAt(0) - 0xfee0))
      .replaceAll("。", ".").replaceAll("−", "-").replace(/分$/, "").trim();
    const digits = NUMBER.test(plain) ? plain.replaceAll(",", "") : "";
    return POINTS.test(digits) ? digits : null;
  };
})();
