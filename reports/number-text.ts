export {
  countText,
  errorText,
  numberText,
  percentText,
  probabilityText,
} from '../metrics/numerics/number-text.js';
