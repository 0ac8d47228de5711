/** Makes page, figures and tables of a report again, byte for byte; to be run in the report's folder. */
export const REMAKE_COMMAND = 'steadfid report .';
