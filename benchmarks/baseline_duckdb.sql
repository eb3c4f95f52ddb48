-- Frozen baseline: eight indicators as one hand-written DuckDB script, by somebody who knows DuckDB well.
--
-- Reads the tables of the source contract (views on Parquet files); `:from` and `:through` are replaced by the dates of whole months.
-- Leaves `cells`: one row a unit (team, municipality, state) × month × target group, with the components of
--   intake                all
--   stock                 on the month's last day
--   average_stock         course_days / days
--   exits                 all
--   exit_within           13 weeks, to employment, lasting 26 weeks without a course or a support state
--   time_to_exit          exits / courses started (intake), and the Kaplan-Meier median, empty where not reached
--   activity_share        active_days (offers other than guidance) / course_days
--   state_after           6 months after the exit in employment or education / exits
-- `…_undecided` are the courses that are not yet observed long enough.
--
-- How: everything additive becomes one list of signed events, summed once at the leaf; stocks and days are running sums
-- over the months; sums and duration histograms then cascade from teams to municipalities to the state.

CREATE MACRO month_of(day) AS (12 * (year(day) - year(:from)) + month(day) - month(:from))::INTEGER;
CREATE MACRO months() AS month_of(:through) + 1;

CREATE TEMP TABLE calendar AS  -- days are counted from :from
SELECT range::INTEGER AS month, (:from + to_months(range::INTEGER))::DATE AS first_on, last_day(first_on) + 1 - :from AS until,
    until - (first_on - :from) AS days
FROM range(months());

CREATE TEMP TABLE target AS
SELECT target_group, (row_number() OVER (ORDER BY target_group) - 1)::INTEGER AS target
FROM (SELECT target_group FROM courses UNION SELECT target_group FROM assignments);

CREATE TEMP TABLE unit AS
SELECT unit_id, parent_id, kind, (row_number() OVER (ORDER BY kind <> 'team', unit_id) - 1)::INTEGER AS unit FROM units;

-- Who was responsible when: a course, cut where its unit or target group changes. `cell` is unit × target group,
-- times the number of months, so that adding a month gives the number of a leaf.
CREATE TEMP TABLE piece AS
WITH assigned AS (
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
    FROM courses ANTI JOIN assigned USING (course_id)
    UNION ALL
    SELECT course_id, person_id, unit_id, target_group, started_on, ended_on, exit_to, from_on, to_on FROM assigned
    UNION ALL  -- before, between and after the assignments the course's own unit and target group hold
    SELECT course_id, person_id, own_unit, own_target, started_on, ended_on, exit_to, started_on, from_on
    FROM ordered WHERE nth = 1 AND started_on < from_on
    UNION ALL
    SELECT course_id, person_id, own_unit, own_target, started_on, ended_on, exit_to, to_on,
        coalesce(next_on, ended_on, :through + 1)
    FROM ordered WHERE to_on < coalesce(next_on, ended_on, :through + 1)
)
SELECT course_id, person_id, (unit * (SELECT count(*) FROM target) + target)::INTEGER * months() AS cell,
    from_on, to_on, started_on, ended_on, exit_to = 'employment' AS to_work,
    from_on = started_on AS is_first, ended_on IS NOT NULL AND to_on = ended_on AS is_last
FROM cut JOIN unit USING (unit_id) JOIN target USING (target_group)
WHERE started_on BETWEEN :from AND :through;

-- What an activity adds to what the ones before it covered, within a piece.
CREATE TEMP TABLE covered AS
WITH clipped AS (
    SELECT p.rowid AS piece, cell, greatest(a.started_on, p.from_on) AS from_on,
        least(coalesce(a.ended_on, :through + 1), p.to_on) AS to_on
    FROM activities a JOIN piece p
        ON a.course_id = p.course_id AND a.started_on < p.to_on AND coalesce(a.ended_on, :through + 1) > p.from_on
    WHERE a.kind IN ('work_placement', 'wage_subsidy', 'useful_work')
), added AS (
    SELECT cell, greatest(from_on, coalesce(max(to_on) OVER before, from_on)) AS from_on, to_on
    FROM clipped
    WINDOW before AS (PARTITION BY piece ORDER BY from_on ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
FROM added WHERE from_on < to_on;

-- Fast exits to work that nothing has undone: lasting, or not yet followed to the end.
CREATE TEMP TABLE standing AS
WITH fast AS (
    SELECT person_id, course_id, cell + month_of(started_on) AS leaf, ended_on, ended_on + 182 AS lasting_until
    FROM piece WHERE is_first AND to_work AND ended_on <= started_on + 91
)
SELECT leaf, lasting_until <= :through + 1 AS decided
FROM fast
    ANTI JOIN (
        SELECT person_id, course_id, started_on, coalesce(ended_on, :through + 1) AS until FROM courses
        WHERE until > started_on
    ) other ON other.person_id = fast.person_id AND other.course_id <> fast.course_id
        AND other.started_on < fast.lasting_until AND other.until > fast.ended_on
    ANTI JOIN (
        SELECT person_id, from_on, coalesce(to_on, :through + 1) AS until FROM states
        WHERE until > from_on AND state IN ('unemployment_benefit', 'cash_benefit', 'education_assistance',
            'sickness_benefit', 'rehabilitation_benefit', 'resource_benefit', 'integration_benefit')
    ) support ON support.person_id = fast.person_id
        AND support.from_on < fast.lasting_until AND support.until > fast.ended_on;

-- Those in work or education six months after their exit.
CREATE TEMP TABLE in_work AS
WITH asked AS (
    SELECT person_id, cell + month_of(ended_on) AS leaf, (ended_on + INTERVAL 6 MONTH)::DATE AS asked_on
    FROM piece WHERE is_last AND (ended_on + INTERVAL 6 MONTH)::DATE <= :through
)
SELECT leaf
FROM asked SEMI JOIN (
        SELECT person_id, from_on, coalesce(to_on, :through + 1) AS until FROM states
        WHERE state IN ('employment', 'education')
    ) lived ON lived.person_id = asked.person_id AND lived.from_on <= asked_on AND lived.until > asked_on;

-- The leaf: each kind of event summed by itself (few sums a hash table), then laid beside each other on every leaf, for
-- a stock stands still where nothing happens.
CREATE TEMP TABLE leaf AS
WITH opening AS (
    SELECT cell + month_of(from_on) AS leaf, count(*)::INTEGER AS opened, sum(from_on - :from)::INTEGER AS days,
        count(*) FILTER (is_first)::INTEGER AS intake, count(ended_on) FILTER (is_first)::INTEGER AS exits_of_intake,
        count(*) FILTER (is_first AND ended_on IS NULL AND started_on + 91 > :through)::INTEGER AS undecided
    FROM piece GROUP BY ALL
), closing AS (
    SELECT cell + month_of(to_on) AS leaf, count(*)::INTEGER AS closed, sum(to_on - :from)::INTEGER AS days
    FROM piece WHERE to_on <= :through GROUP BY ALL
), leaving AS (  -- credited to the last piece, in the month of the exit
    SELECT cell + month_of(ended_on) AS leaf, count(*)::INTEGER AS exits,
        count(*) FILTER ((ended_on + INTERVAL 6 MONTH)::DATE > :through)::INTEGER AS undecided
    FROM piece WHERE is_last GROUP BY ALL
), covering AS (
    SELECT cell + month_of(from_on) AS leaf, count(*)::INTEGER AS opened, sum(from_on - :from)::INTEGER AS days
    FROM covered GROUP BY ALL
), uncovering AS (
    SELECT cell + month_of(to_on) AS leaf, count(*)::INTEGER AS closed, sum(to_on - :from)::INTEGER AS days
    FROM covered WHERE to_on <= :through GROUP BY ALL
), staying AS (
    SELECT leaf, count(*) FILTER (decided)::INTEGER AS lasting, count(*) FILTER (NOT decided)::INTEGER AS undecided
    FROM standing GROUP BY leaf
), working AS (
    SELECT leaf, count(*)::INTEGER AS in_work FROM in_work GROUP BY leaf
), beside AS (
    SELECT range::INTEGER AS leaf, (range // months())::INTEGER AS cell, (range % months())::INTEGER AS month,
        coalesce(opening.opened, 0) - coalesce(closing.closed, 0) AS opened,
        coalesce(closing.days, 0) - coalesce(opening.days, 0) AS days,
        coalesce(covering.opened, 0) - coalesce(uncovering.closed, 0) AS covering,
        coalesce(uncovering.days, 0) - coalesce(covering.days, 0) AS active,
        coalesce(intake, 0) AS intake, coalesce(exits, 0) AS exits, coalesce(exits_of_intake, 0) AS exits_of_intake,
        coalesce(lasting, 0) AS lasting,
        coalesce(opening.undecided, 0) + coalesce(staying.undecided, 0) AS lasting_undecided,
        coalesce(in_work, 0) AS in_work, coalesce(leaving.undecided, 0) AS in_work_undecided
    FROM range((SELECT (1 + max(cell) // months()) * months() FROM piece))
        LEFT JOIN opening ON opening.leaf = range LEFT JOIN closing ON closing.leaf = range
        LEFT JOIN leaving ON leaving.leaf = range LEFT JOIN covering ON covering.leaf = range
        LEFT JOIN uncovering ON uncovering.leaf = range LEFT JOIN staying ON staying.leaf = range
        LEFT JOIN working ON working.leaf = range
), running AS (
    SELECT *, (sum(opened) OVER so_far)::INTEGER AS stock, (sum(covering) OVER so_far)::INTEGER AS stock_covered
    FROM beside WINDOW so_far AS (PARTITION BY cell ORDER BY leaf)
)
-- Days in a month: what opened in it runs to the month's end, less what closed in it, and what stood open ran throughout.
SELECT cell // (SELECT count(*)::INTEGER FROM target) AS unit, cell % (SELECT count(*)::INTEGER FROM target) AS target,
    month, intake, stock, running.days + opened * until + (stock - opened) * calendar.days AS course_days,
    exits, lasting, lasting_undecided, exits_of_intake,
    active + covering * until + (stock_covered - covering) * calendar.days AS active_days, in_work, in_work_undecided
FROM running JOIN calendar USING (month)
WHERE intake > 0 OR exits > 0 OR stock > 0 OR course_days > 0;

CREATE TEMP TABLE histogram AS
SELECT cell // months() // (SELECT count(*)::INTEGER FROM target) AS unit,
    cell // months() % (SELECT count(*)::INTEGER FROM target) AS target, month_of(started_on) AS month,
    coalesce(ended_on, :through) - started_on AS duration, count(ended_on)::INTEGER AS ended, count(*)::INTEGER AS followed
FROM piece WHERE is_first GROUP BY ALL;

-- Up the hierarchy: municipalities from teams, the state from municipalities.
CREATE TEMP TABLE every_leaf AS
WITH municipality AS (
    SELECT above.unit, target, month, sum(COLUMNS(leaf.* EXCLUDE (unit, target, month)))::INTEGER
    FROM leaf JOIN unit USING (unit) JOIN unit above ON unit.parent_id = above.unit_id GROUP BY ALL
), state AS (
    SELECT above.unit, target, month, sum(COLUMNS(municipality.* EXCLUDE (unit, target, month)))::INTEGER
    FROM municipality JOIN unit USING (unit) JOIN unit above ON unit.parent_id = above.unit_id GROUP BY ALL
)
FROM leaf UNION ALL FROM municipality UNION ALL FROM state;

CREATE TEMP TABLE every_histogram AS
WITH municipality AS (
    SELECT above.unit, target, month, duration, sum(ended)::INTEGER AS ended, sum(followed)::INTEGER AS followed
    FROM histogram JOIN unit USING (unit) JOIN unit above ON unit.parent_id = above.unit_id GROUP BY ALL
), state AS (
    SELECT above.unit, target, month, duration, sum(ended)::INTEGER AS ended, sum(followed)::INTEGER AS followed
    FROM municipality JOIN unit USING (unit) JOIN unit above ON unit.parent_id = above.unit_id GROUP BY ALL
), every AS (
    FROM histogram UNION ALL FROM municipality UNION ALL FROM state
)
SELECT (unit * (SELECT count(*) FROM target) + target)::INTEGER * months() + month AS leaf, duration, ended, followed
FROM every;

-- Kaplan-Meier: the first duration at which at most half is left (the tolerance is for the product's rounding).
CREATE TEMP TABLE median AS
WITH risk AS (
    SELECT leaf, duration, ended, (sum(followed) OVER still_there)::INTEGER AS at_risk FROM every_histogram
    WINDOW still_there AS (PARTITION BY leaf ORDER BY duration DESC)
), survival AS (
    SELECT leaf, duration, product(1 - ended / at_risk) OVER up_to AS survival FROM risk WHERE ended > 0
    WINDOW up_to AS (PARTITION BY leaf ORDER BY duration)
)
SELECT leaf, min(duration) AS median FROM survival WHERE survival <= 0.5 + 1e-9 GROUP BY leaf;

CREATE TABLE cells AS
SELECT unit_id, first_on AS month, target_group, intake, stock, course_days, days, exits, lasting, lasting_undecided,
    exits_of_intake, median, active_days, in_work, in_work_undecided
FROM every_leaf JOIN unit USING (unit) JOIN target USING (target) JOIN calendar USING (month)
    LEFT JOIN median ON leaf = (unit * (SELECT count(*) FROM target) + target)::INTEGER * months() + month;
