"""The press: tables and figures as values, their labels, and the files they become.

The room knows no register and no statistic: what it prints was computed elsewhere. What it is
given it checks against its declaration, formats once, and writes with the same bytes on every run.

``labels``
    Dutch and English labels, and the symbols for what is missing.
``formats``
    How numbers are printed: signs, rounding.
``table``
    `ReportTable` and `TableColumn`: a frame with declared columns, title, notes and source.
``render``
    `to_markdown`, `to_html`, `to_csv`: functions over a `ReportTable`.
``figure``
    The house style of figures.
``flow``, ``flow_layout``, ``flow_figure``
    The cells of a cohort as a flow drawing: the values, their places, the drawing.
``figure_frames``
    Frames for figures, read and checked, all problems at once.
``axes``, ``page``, ``flag_marks``, ``flag_page``, ``label_layout``, ``label_rows``
    Of the figures of gemeenten: scales and ticks, heading and notes, marks and key, names that do not overlap.
``funnel_figure``, ``caterpillar_figure``, ``observed_expected_figure``
    What gemeenten registered against what was expected: a funnel, shrunken ratios in order, counts.
``heatmap_figure``
    Gemeenten against outcomes or years, over several pages.
``diagnostics_figure``, ``diagnostics_panels``
    The sheet of diagnostics of a model, and its panels.
``funnel_inset``
    A small funnel with one gemeente marked, as SVG text to stand in a page.
``document``
    Text and tables under headings, such as a memo: HTML and Markdown.
``fact_sheet``
    A page of A4 about one gemeente, to be printed.
``write``
    `write_table`, `write_figure`, `write_texts`, `write_manifest`: the only door to files.
"""
