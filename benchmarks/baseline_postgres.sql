-- Frozen baseline: baseline_duckdb.sql for PostgreSQL, as somebody who knows PostgreSQL well would write it.
--
-- The same way and the same `cells`. Here: unlogged tables with statistics (temporary ones shut out parallel plans),
-- indexes on what the semi-joins look up, plain integers for days, and a product aggregate, which PostgreSQL lacks.
-- The fact tables stand loaded and analysed, with the indexes of the first block; loading is not part of the time.

-- load
CREATE INDEX ON states (person_id, from_on) INCLUDE (to_on, state);
CREATE INDEX ON courses (person_id, started_on) INCLUDE (course_id, ended_on);
CREATE INDEX ON activities (course_id) INCLUDE (kind, started_on, ended_on);
CREATE UNIQUE INDEX ON courses (course_id);
CREATE INDEX ON assignments (course_id, from_on);
-- measure

CREATE AGGREGATE product(double precision) (
    SFUNC = float8mul, STYPE = double precision, INITCOND = '1', PARALLEL = SAFE
);

CREATE FUNCTION month_of(day date) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    (12 * (date_part('year', day) - date_part('year', :from))
        + date_part('month', day) - date_part('month', :from))::integer;
CREATE FUNCTION months() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN month_of(:through) + 1;
CREATE FUNCTION asked_on(day date) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    (day + interval '6 months')::date;

CREATE UNLOGGED TABLE calendar AS
SELECT month, first_on, next_on - :from AS until, next_on - first_on AS days
FROM (SELECT month, (:from + make_interval(months => month))::date AS first_on,
        (:from + make_interval(months => month + 1))::date AS next_on
    FROM generate_series(0, months() - 1) AS month) AS months;
ANALYZE calendar;

CREATE UNLOGGED TABLE target AS
SELECT target_group, (row_number() OVER (ORDER BY target_group) - 1)::integer AS target
FROM (SELECT target_group FROM courses GROUP BY 1 UNION SELECT target_group FROM assignments) AS groups;
ANALYZE target;

CREATE UNLOGGED TABLE unit AS
SELECT unit_id, parent_id, (row_number() OVER (ORDER BY kind <> 'team', unit_id) - 1)::integer AS unit FROM units;
ANALYZE unit;

CREATE UNLOGGED TABLE piece AS
WITH assigned AS MATERIALIZED (
    SELECT c.course_id, person_id, c.unit_id AS own_unit, c.target_group AS own_target, started_on, ended_on, exit_to,
        a.unit_id, a.target_group, greatest(a.from_on, started_on) AS from_on,
        least(coalesce(a.to_on, :through + 1), coalesce(ended_on, :through + 1)) AS to_on
    FROM courses c JOIN assignments a USING (course_id)
    WHERE greatest(a.from_on, started_on) < least(coalesce(a.to_on, :through + 1), coalesce(ended_on, :through + 1))
), ordered AS (
    SELECT *, row_number() OVER in_order AS nth, lead(from_on) OVER in_order AS next_on
    FROM assigned WINDOW in_order AS (PARTITION BY course_id ORDER BY from_on)
), cut AS (
    SELECT course_id, person_id, unit_id, target_group, started_on, ended_on, exit_to,
        started_on AS from_on, coalesce(ended_on, :through + 1) AS to_on
    FROM courses c WHERE NOT EXISTS (SELECT FROM assigned a WHERE a.course_id = c.course_id)
    UNION ALL
    SELECT course_id, person_id, unit_id, target_group, started_on, ended_on, exit_to, from_on, to_on FROM assigned
    UNION ALL
    SELECT course_id, person_id, own_unit, own_target, started_on, ended_on, exit_to, started_on, from_on
    FROM ordered WHERE nth = 1 AND started_on < from_on
    UNION ALL
    SELECT course_id, person_id, own_unit, own_target, started_on, ended_on, exit_to, to_on,
        coalesce(next_on, ended_on, :through + 1)
    FROM ordered WHERE to_on < coalesce(next_on, ended_on, :through + 1)
)
SELECT row_number() OVER () AS piece, course_id, person_id,
    ((unit * (SELECT count(*) FROM target) + target) * months())::integer AS cell,
    from_on, to_on, started_on, ended_on, exit_to = 'employment' AS to_work,
    from_on = started_on AS is_first, ended_on IS NOT NULL AND to_on = ended_on AS is_last
FROM cut JOIN unit USING (unit_id) JOIN target USING (target_group)
WHERE started_on BETWEEN :from AND :through;
ANALYZE piece;

CREATE UNLOGGED TABLE covered AS
WITH clipped AS (
    SELECT piece, cell, greatest(a.started_on, p.from_on) AS from_on,
        least(coalesce(a.ended_on, :through + 1), p.to_on) AS to_on
    FROM activities a JOIN piece p USING (course_id)
    WHERE a.kind IN ('work_placement', 'wage_subsidy', 'useful_work')
        AND a.started_on < p.to_on AND coalesce(a.ended_on, :through + 1) > p.from_on
), added AS (
    SELECT cell, greatest(from_on, max(to_on) OVER before) AS from_on, to_on
    FROM clipped
    WINDOW before AS (PARTITION BY piece ORDER BY from_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT * FROM added WHERE from_on < to_on;
ANALYZE covered;

CREATE UNLOGGED TABLE standing AS
SELECT cell + month_of(started_on) AS leaf, ended_on + 182 <= :through + 1 AS decided
FROM piece p
WHERE is_first AND to_work AND ended_on <= started_on + 91
    AND NOT EXISTS (
        SELECT FROM courses c WHERE c.person_id = p.person_id AND c.course_id <> p.course_id
            AND c.started_on < p.ended_on + 182 AND coalesce(c.ended_on, :through + 1) > p.ended_on
            AND coalesce(c.ended_on, :through + 1) > c.started_on
    )
    AND NOT EXISTS (
        SELECT FROM states s WHERE s.person_id = p.person_id
            AND s.state IN ('unemployment_benefit', 'cash_benefit', 'education_assistance', 'sickness_benefit',
                'rehabilitation_benefit', 'resource_benefit', 'integration_benefit')
            AND s.from_on < p.ended_on + 182 AND coalesce(s.to_on, :through + 1) > p.ended_on
            AND coalesce(s.to_on, :through + 1) > s.from_on
    );
ANALYZE standing;

CREATE UNLOGGED TABLE in_work AS
SELECT cell + month_of(ended_on) AS leaf
FROM piece p
WHERE is_last AND asked_on(ended_on) <= :through
    AND EXISTS (
        SELECT FROM states s WHERE s.person_id = p.person_id AND s.state IN ('employment', 'education')
            AND s.from_on <= asked_on(p.ended_on) AND coalesce(s.to_on, :through + 1) > asked_on(p.ended_on)
    );
ANALYZE in_work;

CREATE UNLOGGED TABLE leaf AS
WITH opening AS (
    SELECT cell + month_of(from_on) AS leaf, count(*) AS opened, sum(from_on - :from) AS days,
        count(*) FILTER (WHERE is_first) AS intake, count(ended_on) FILTER (WHERE is_first) AS exits_of_intake,
        count(*) FILTER (WHERE is_first AND ended_on IS NULL AND started_on + 91 > :through) AS undecided
    FROM piece GROUP BY 1
), closing AS (
    SELECT cell + month_of(to_on) AS leaf, count(*) AS closed, sum(to_on - :from) AS days
    FROM piece WHERE to_on <= :through GROUP BY 1
), leaving AS (
    SELECT cell + month_of(ended_on) AS leaf, count(*) AS exits,
        count(*) FILTER (WHERE asked_on(ended_on) > :through) AS undecided
    FROM piece WHERE is_last GROUP BY 1
), covering AS (
    SELECT cell + month_of(from_on) AS leaf, count(*) AS opened, sum(from_on - :from) AS days FROM covered GROUP BY 1
), uncovering AS (
    SELECT cell + month_of(to_on) AS leaf, count(*) AS closed, sum(to_on - :from) AS days
    FROM covered WHERE to_on <= :through GROUP BY 1
), staying AS (
    SELECT leaf, count(*) FILTER (WHERE decided) AS lasting, count(*) FILTER (WHERE NOT decided) AS undecided
    FROM standing GROUP BY leaf
), working AS (
    SELECT leaf, count(*) AS in_work FROM in_work GROUP BY leaf
), every AS (
    SELECT leaf FROM generate_series(0, (SELECT (1 + max(cell) / months()) * months() FROM piece) - 1) AS leaf
), beside AS (
    SELECT leaf, leaf / months() AS cell, leaf % months() AS month,
        coalesce(opening.opened, 0) - coalesce(closing.closed, 0) AS opened,
        coalesce(closing.days, 0) - coalesce(opening.days, 0) AS days,
        coalesce(covering.opened, 0) - coalesce(uncovering.closed, 0) AS covering,
        coalesce(uncovering.days, 0) - coalesce(covering.days, 0) AS active,
        coalesce(intake, 0) AS intake, coalesce(exits, 0) AS exits, coalesce(exits_of_intake, 0) AS exits_of_intake,
        coalesce(lasting, 0) AS lasting,
        coalesce(opening.undecided, 0) + coalesce(staying.undecided, 0) AS lasting_undecided,
        coalesce(in_work, 0) AS in_work, coalesce(leaving.undecided, 0) AS in_work_undecided
    FROM every LEFT JOIN opening USING (leaf) LEFT JOIN closing USING (leaf) LEFT JOIN leaving USING (leaf)
        LEFT JOIN covering USING (leaf) LEFT JOIN uncovering USING (leaf) LEFT JOIN staying USING (leaf)
        LEFT JOIN working USING (leaf)
), running AS (
    SELECT *, sum(opened) OVER so_far AS stock, sum(covering) OVER so_far AS stock_covered
    FROM beside WINDOW so_far AS (PARTITION BY cell ORDER BY leaf)
), counted AS (
    SELECT cell / (SELECT count(*)::integer FROM target) AS unit, cell % (SELECT count(*)::integer FROM target) AS target,
        month, intake::integer, stock::integer,
        (running.days + opened * until + (stock - opened) * calendar.days)::integer AS course_days,
        exits::integer, lasting::integer, lasting_undecided::integer, exits_of_intake::integer,
        (active + covering * until + (stock_covered - covering) * calendar.days)::integer AS active_days,
        in_work::integer, in_work_undecided::integer
    FROM running JOIN calendar USING (month)
)
SELECT * FROM counted WHERE intake > 0 OR exits > 0 OR stock > 0 OR course_days > 0;
ANALYZE leaf;

CREATE UNLOGGED TABLE histogram AS
SELECT cell / months() / (SELECT count(*)::integer FROM target) AS unit,
    cell / months() % (SELECT count(*)::integer FROM target) AS target, month_of(started_on) AS month,
    coalesce(ended_on, :through) - started_on AS duration, count(ended_on)::integer AS ended, count(*)::integer AS followed
FROM piece WHERE is_first GROUP BY 1, 2, 3, 4;
ANALYZE histogram;

CREATE UNLOGGED TABLE every_leaf AS
WITH municipality AS MATERIALIZED (
    SELECT above.unit, target, month, sum(intake)::integer AS intake, sum(stock)::integer AS stock,
        sum(course_days)::integer AS course_days, sum(exits)::integer AS exits, sum(lasting)::integer AS lasting,
        sum(lasting_undecided)::integer AS lasting_undecided, sum(exits_of_intake)::integer AS exits_of_intake,
        sum(active_days)::integer AS active_days, sum(in_work)::integer AS in_work,
        sum(in_work_undecided)::integer AS in_work_undecided
    FROM leaf JOIN unit USING (unit) JOIN unit above ON unit.parent_id = above.unit_id GROUP BY 1, 2, 3
), state AS (
    SELECT above.unit, target, month, sum(intake)::integer AS intake, sum(stock)::integer AS stock,
        sum(course_days)::integer AS course_days, sum(exits)::integer AS exits, sum(lasting)::integer AS lasting,
        sum(lasting_undecided)::integer AS lasting_undecided, sum(exits_of_intake)::integer AS exits_of_intake,
        sum(active_days)::integer AS active_days, sum(in_work)::integer AS in_work,
        sum(in_work_undecided)::integer AS in_work_undecided
    FROM municipality JOIN unit USING (unit) JOIN unit above ON unit.parent_id = above.unit_id GROUP BY 1, 2, 3
)
SELECT * FROM leaf UNION ALL SELECT * FROM municipality UNION ALL SELECT * FROM state;
ANALYZE every_leaf;

CREATE UNLOGGED TABLE every_histogram AS
WITH municipality AS MATERIALIZED (
    SELECT above.unit, target, month, duration, sum(ended)::integer AS ended, sum(followed)::integer AS followed
    FROM histogram JOIN unit USING (unit) JOIN unit above ON unit.parent_id = above.unit_id GROUP BY 1, 2, 3, 4
), state AS (
    SELECT above.unit, target, month, duration, sum(ended)::integer AS ended, sum(followed)::integer AS followed
    FROM municipality JOIN unit USING (unit) JOIN unit above ON unit.parent_id = above.unit_id GROUP BY 1, 2, 3, 4
), every AS (
    SELECT * FROM histogram UNION ALL SELECT * FROM municipality UNION ALL SELECT * FROM state
)
SELECT ((unit * (SELECT count(*) FROM target) + target) * months() + month)::integer AS leaf, duration, ended, followed
FROM every;
ANALYZE every_histogram;

CREATE UNLOGGED TABLE median AS
WITH risk AS (
    SELECT leaf, duration, ended, sum(followed) OVER still_there AS at_risk FROM every_histogram
    WINDOW still_there AS (PARTITION BY leaf ORDER BY duration DESC)
), survival AS (
    SELECT leaf, duration, product(1 - ended::double precision / at_risk) OVER up_to AS survival FROM risk WHERE ended > 0
    WINDOW up_to AS (PARTITION BY leaf ORDER BY duration)
)
SELECT leaf, min(duration) AS median FROM survival WHERE survival <= 0.5 + 1e-9 GROUP BY leaf;
ANALYZE median;

CREATE UNLOGGED TABLE cells AS
SELECT unit_id, first_on AS month, target_group, intake, stock, course_days, days, exits, lasting, lasting_undecided,
    exits_of_intake, median, active_days, in_work, in_work_undecided
FROM every_leaf JOIN unit USING (unit) JOIN target USING (target) JOIN calendar USING (month)
    LEFT JOIN median ON leaf = (unit * (SELECT count(*) FROM target) + target)::integer * months() + month;
