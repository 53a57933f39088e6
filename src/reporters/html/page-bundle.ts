/** The page's own script and style: `page/`, bundled. Put in by the build; empty when the source runs as it is. */
declare const __HANG_GATE_PAGE_SCRIPT__: string | undefined;
declare const __HANG_GATE_PAGE_STYLE__: string | undefined;

export const pageScript = typeof __HANG_GATE_PAGE_SCRIPT__ === 'string' ? __HANG_GATE_PAGE_SCRIPT__ : '';
export const pageStyle = typeof __HANG_GATE_PAGE_STYLE__ === 'string' ? __HANG_GATE_PAGE_STYLE__ : '';
