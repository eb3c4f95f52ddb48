"""What SQLGlot carries right from DuckDB to Spark: `python benchmarks/spike/dialect.py` runs each expression on both.

Prints a line a probe: same, DIFFERS (with both values) or REFUSED (by SQLGlot's text on Spark).
"""

import datetime
import decimal
import sys

import duckdb
import sqlglot
from run import spark_session

# A handful of rows with what hurts: nulls, ties, the end of January, equal days, an open end.
FACTS = """(VALUES (1, 'a', DATE '2024-01-31', DATE '2024-02-29', 3), (2, 'a', DATE '2024-01-31', NULL, NULL),
    (3, 'b', DATE '2023-02-28', DATE '2023-02-28', 7), (4, NULL, DATE '2024-08-31', DATE '2025-03-01', 2),
    (5, 'b', DATE '2024-12-31', DATE '2025-01-01', 5)) AS f(id, grp, from_on, to_on, n)"""

PROBES = {
    # dates
    "date + integer": "SELECT id, from_on + 91 AS x FROM f",
    "date - integer": "SELECT id, from_on - 28 AS x FROM f",
    "date + integer column": "SELECT id, from_on + n AS x FROM f",
    "date - date": "SELECT id, to_on - from_on AS x FROM f",
    "DATE_DIFF('day')": "SELECT id, DATE_DIFF('day', from_on, to_on) AS x FROM f",
    "DATE_DIFF('month')": "SELECT id, DATE_DIFF('month', from_on, to_on) AS x FROM f",
    "DATE_DIFF('week')": "SELECT id, DATE_DIFF('week', from_on, to_on) AS x FROM f",
    "DATE_SUB('month')": "SELECT id, DATE_SUB('month', from_on, to_on) AS x FROM f",
    "date + INTERVAL 'n' MONTH": "SELECT id, from_on + INTERVAL '1' MONTH AS x FROM f",
    "CAST(date + INTERVAL 'n' MONTH AS DATE)": "SELECT id, CAST(from_on + INTERVAL '1' MONTH AS DATE) AS x FROM f",
    "CAST(date - INTERVAL 'n' YEAR AS DATE)": "SELECT CAST(DATE '2024-02-29' - INTERVAL '1' YEAR AS DATE) AS x",
    "date + INTERVAL (column) MONTH": "SELECT id, CAST(from_on + INTERVAL (n) MONTH AS DATE) AS x FROM f",
    "date + TO_MONTHS(column)": "SELECT id, CAST(from_on + TO_MONTHS(n) AS DATE) AS x FROM f",
    "DATE_TRUNC('month')": "SELECT id, DATE_TRUNC('month', from_on) AS x FROM f",
    "CAST(DATE_TRUNC('month') AS DATE)": "SELECT id, CAST(DATE_TRUNC('month', from_on) AS DATE) AS x FROM f",
    "LAST_DAY": "SELECT id, LAST_DAY(from_on) AS x FROM f",
    "YEAR, MONTH, DAY": "SELECT id, YEAR(from_on) * 10000 + MONTH(from_on) * 100 + DAY(from_on) AS x FROM f",
    "EXTRACT(YEAR)": "SELECT id, EXTRACT(YEAR FROM from_on) AS x FROM f",
    "DAYOFWEEK": "SELECT id, DAYOFWEEK(from_on) AS x FROM f",
    "ISODOW": "SELECT id, ISODOW(from_on) AS x FROM f",
    "EXTRACT(ISODOW)": "SELECT id, EXTRACT(ISODOW FROM from_on) AS x FROM f",
    "WEEKOFYEAR": "SELECT id, WEEKOFYEAR(from_on) AS x FROM f",
    "MAKE_DATE": "SELECT id, MAKE_DATE(2024, id, 1) AS x FROM f",
    "STRFTIME '%Y-%m'": "SELECT id, STRFTIME(from_on, '%Y-%m') AS x FROM f",
    "STRPTIME": "SELECT id, CAST(STRPTIME('31.12.2024', '%d.%m.%Y') AS DATE) AS x FROM f",
    "AGE": "SELECT id, AGE(DATE '2025-01-01', from_on) AS x FROM f",
    "DATE '9999-12-31' + 28": "SELECT id, DATE '9999-12-31' - 28 AS x FROM f",
    # half-open intervals
    "half-open overlap, COALESCE to FAR": "SELECT a.id, b.id AS x FROM f AS a JOIN f AS b ON a.id <> b.id "
    "AND a.from_on < COALESCE(b.to_on, DATE '9999-12-31') AND COALESCE(a.to_on, DATE '9999-12-31') > b.from_on",
    "DATE BETWEEN": "SELECT id, from_on BETWEEN DATE '2024-01-31' AND DATE '2024-08-31' AS x FROM f",
    "GREATEST and LEAST with a null": "SELECT id, GREATEST(from_on, to_on) AS x, LEAST(from_on, to_on) AS y FROM f",
    # numbers
    "integer / integer": "SELECT id, id / n AS x FROM f",
    "integer // integer": "SELECT id, id // n AS x FROM f",
    "-7 // 2": "SELECT id, -7 // 2 AS x FROM f",
    "% of a negative": "SELECT id, -7 % 3 AS x FROM f",
    "x / 0": "SELECT id, id / (n - n) AS x FROM f",
    "x / NULLIF(y, 0)": "SELECT id, id / NULLIF(n - 2, 0) AS x FROM f",
    "CAST(2.5 AS INTEGER)": "SELECT id, CAST(id + 0.5 AS INTEGER) AS x FROM f",
    "CAST('x' AS INTEGER)": "SELECT id, TRY_CAST(grp AS INTEGER) AS x FROM f",
    "ROUND(2.5)": "SELECT id, ROUND(CAST(id + 0.5 AS DOUBLE)) AS x FROM f",
    "LN, EXP, POWER, SQRT": "SELECT id, ROUND(LN(id) + EXP(id) + POWER(id, 2) + SQRT(id), 6) AS x FROM f",
    "LN(0) in a CASE not taken": "SELECT id, CASE WHEN id > 1 THEN LN(1 - 1.0 / id) END IS NULL AS x FROM f",
    "LOG": "SELECT id, ROUND(LOG(id), 6) AS x FROM f",
    "boolean summed as CASE": "SELECT SUM(CASE WHEN n > 2 THEN 1 ELSE 0 END) AS x FROM f",
    "boolean::INTEGER": "SELECT id, (n > 2)::INTEGER AS x FROM f",
    "SUM(boolean)": "SELECT SUM(n > 2) AS x FROM f",
    "SUM of DECIMAL": "SELECT SUM(CAST(n AS DECIMAL(18, 2))) AS x FROM f",
    "AVG of DECIMAL": "SELECT AVG(CAST(n AS DECIMAL(18, 2))) AS x FROM f",
    "XOR, &": "SELECT id, id & 1 AS x FROM f",
    # aggregates
    "COUNT(*) FILTER": "SELECT grp, COUNT(*) FILTER (WHERE n > 2) AS x FROM f GROUP BY grp",
    "COUNT(DISTINCT a, b as a row)": "SELECT COUNT(DISTINCT (grp, from_on)) AS x FROM f",
    "COUNT(DISTINCT)": "SELECT COUNT(DISTINCT grp) AS x FROM f",
    "COUNT_IF": "SELECT COUNT_IF(n > 2) AS x FROM f",
    "BOOL_OR, BOOL_AND": "SELECT BOOL_OR(n > 2) AS x, BOOL_AND(n > 2) AS y FROM f",
    "MIN_BY, MAX_BY": "SELECT grp, MIN_BY(id, from_on) AS x, MAX_BY(n, id) AS y FROM f WHERE id <> 2 GROUP BY grp",
    "MAX_BY where the newest value is null": "SELECT MAX_BY(to_on, id) AS x FROM f WHERE id <= 2",
    "ARG_MIN": "SELECT grp, ARG_MIN(id, n) AS x FROM f GROUP BY grp",
    "ANY_VALUE": "SELECT grp, ANY_VALUE(grp) AS x FROM f GROUP BY grp",
    "FIRST(ORDER BY)": "SELECT grp, FIRST(id ORDER BY n) AS x FROM f GROUP BY grp",
    "PRODUCT": "SELECT PRODUCT(n) AS x FROM f",
    "MEDIAN": "SELECT MEDIAN(n) AS x FROM f",
    "QUANTILE_CONT": "SELECT QUANTILE_CONT(n, 0.25) AS x FROM f",
    "VAR_SAMP, STDDEV_SAMP": "SELECT ROUND(VAR_SAMP(n), 6) AS x, ROUND(STDDEV_SAMP(n), 6) AS y FROM f",
    "STRING_AGG ordered": "SELECT STRING_AGG(grp, ',' ORDER BY id) AS x FROM f",
    "HISTOGRAM (map)": "SELECT HISTOGRAM(grp) AS x FROM f",
    "GROUP BY 1": "SELECT grp, COUNT(*) AS x FROM f GROUP BY 1",
    "GROUP BY ALL": "SELECT grp, COUNT(*) AS x FROM f GROUP BY ALL",
    "GROUP BY an alias": "SELECT MONTH(from_on) AS m, COUNT(*) AS x FROM f GROUP BY m",
    "GROUPING SETS": "SELECT grp, from_on, COUNT(*) AS x FROM f GROUP BY GROUPING SETS ((grp), (grp, from_on), ())",
    "ROLLUP and GROUPING": "SELECT grp, GROUPING(grp) AS g, COUNT(*) AS x FROM f GROUP BY ROLLUP (grp)",
    "HAVING": "SELECT grp, COUNT(*) AS x FROM f GROUP BY grp HAVING COUNT(*) > 1",
    # windows
    "running SUM, ROWS": "SELECT id, SUM(n) OVER (PARTITION BY grp ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING "
    "AND 1 PRECEDING) AS x FROM f",
    "running SUM, no frame, ties": "SELECT id, SUM(id) OVER (ORDER BY from_on) AS x FROM f",
    "RANGE with an interval": "SELECT id, SUM(id) OVER (ORDER BY from_on RANGE BETWEEN INTERVAL '6' MONTH PRECEDING "
    "AND CURRENT ROW) AS x FROM f",
    "RANGE with days": "SELECT id, SUM(id) OVER (ORDER BY from_on RANGE BETWEEN INTERVAL '28' DAY PRECEDING "
    "AND CURRENT ROW) AS x FROM f",
    "LAG with default": "SELECT id, LAG(from_on, 1, from_on) OVER (ORDER BY id) AS x FROM f",
    "LEAD": "SELECT id, LEAD(from_on) OVER (PARTITION BY grp ORDER BY id) AS x FROM f",
    "ROW_NUMBER, nulls in the order": "SELECT id, ROW_NUMBER() OVER (ORDER BY to_on, id) AS x FROM f",
    "ROW_NUMBER, DESC with nulls": "SELECT id, ROW_NUMBER() OVER (ORDER BY to_on DESC, id) AS x FROM f",
    "FIRST_VALUE, LAST_VALUE with frame": "SELECT id, FIRST_VALUE(n) OVER w AS x, LAST_VALUE(n) OVER w AS y FROM f "
    "WINDOW w AS (PARTITION BY grp ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)",
    "named WINDOW, frame added": "SELECT id, SUM(n) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS x "
    "FROM f WINDOW w AS (PARTITION BY grp ORDER BY id)",
    "LAST_VALUE IGNORE NULLS": "SELECT id, LAST_VALUE(n IGNORE NULLS) OVER (ORDER BY id) AS x FROM f",
    "COUNT(DISTINCT) OVER": "SELECT id, COUNT(DISTINCT grp) OVER () AS x FROM f",
    "SUM FILTER OVER": "SELECT id, SUM(n) FILTER (WHERE n > 2) OVER (ORDER BY id) AS x FROM f",
    "PRODUCT OVER": "SELECT id, PRODUCT(n) OVER (ORDER BY id) AS x FROM f",
    "QUALIFY": "SELECT id FROM f QUALIFY ROW_NUMBER() OVER (PARTITION BY grp ORDER BY id) = 1",
    "EXCLUDE in a frame": "SELECT id, SUM(id) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED "
    "FOLLOWING EXCLUDE CURRENT ROW) AS x FROM f",
    # joins and conditions
    "JOIN USING": "SELECT id, a.n AS x FROM f AS a JOIN f AS b USING (id)",
    "SELECT * after USING": "SELECT * FROM f JOIN (SELECT id, n AS m FROM f) AS b USING (id)",
    "SEMI JOIN": "SELECT id FROM f SEMI JOIN (SELECT 1 AS id) AS b USING (id)",
    "ANTI JOIN": "SELECT id FROM f ANTI JOIN (SELECT 1 AS id) AS b USING (id)",
    # DuckDB 1.5.5 itself answers this one wrongly: 1, 2 and 5 is right.
    "EXISTS, equality, <> and range": "SELECT id FROM f AS a WHERE EXISTS (SELECT 1 FROM f AS b WHERE b.grp = a.grp "
    "AND b.id <> a.id AND b.from_on <= a.from_on)",
    "EXISTS (FROM …)": "SELECT id FROM f AS a WHERE EXISTS (FROM f AS b WHERE b.grp = a.grp AND b.id <> a.id)",
    "NOT IN a list with a null": "SELECT id FROM f WHERE id NOT IN (SELECT n FROM f)",
    "IN (subquery)": "SELECT id FROM f WHERE id IN (SELECT n FROM f)",
    "scalar subquery": "SELECT id, (SELECT MAX(n) FROM f) AS x FROM f",
    "correlated scalar subquery": "SELECT id, (SELECT MAX(b.n) FROM f AS b WHERE b.grp = a.grp) AS x FROM f AS a",
    "LATERAL": "SELECT a.id, b.x FROM f AS a, LATERAL (SELECT MAX(n) AS x FROM f WHERE grp = a.grp) AS b",
    "ASOF JOIN": "SELECT a.id, b.id AS x FROM f AS a ASOF JOIN f AS b ON a.grp = b.grp AND a.from_on >= b.to_on",
    "FULL JOIN": "SELECT a.id, b.id AS x FROM f AS a FULL JOIN f AS b ON a.id = b.n",
    "POSITIONAL JOIN": "SELECT a.id, b.id AS x FROM f AS a POSITIONAL JOIN f AS b",
    "IS DISTINCT FROM": "SELECT id, grp IS DISTINCT FROM 'a' AS x FROM f",
    "UNION": "SELECT grp FROM f UNION SELECT 'a'",
    "UNION ALL BY NAME": "SELECT id, n FROM f UNION ALL BY NAME SELECT n, id FROM f",
    "EXCEPT, INTERSECT": "SELECT id FROM f EXCEPT SELECT n FROM f",
    "alias used beside it": "SELECT id + 1 AS y, y + 1 AS x FROM f",
    "alias used beside it, hides a column": "SELECT id + 1 AS n, n + 1 AS x FROM f",
    "alias in WHERE": "SELECT id + 1 AS y FROM f WHERE y > 2",
    "WITH RECURSIVE": "WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 5) SELECT n FROM up",
    "ORDER BY … LIMIT, nulls": "SELECT id FROM f ORDER BY n, id LIMIT 5",
    "SELECT * EXCLUDE": "SELECT * EXCLUDE (n) FROM f",
    "SELECT * REPLACE": "SELECT * REPLACE (n + 1 AS n) FROM f",
    "COLUMNS()": "SELECT SUM(COLUMNS('id|^n$')) FROM f",
    "FROM first": "FROM f",
    "VALUES": "SELECT id, k FROM f JOIN (VALUES ('a', 1), ('b', 2)) AS v(grp, k) ON v.grp = f.grp",
    "PIVOT": "PIVOT (SELECT grp, n FROM f WHERE grp IS NOT NULL) ON grp IN ('a', 'b') USING SUM(n)",
    # series, lists and structs
    "RANGE() in FROM": "SELECT range AS x FROM RANGE(3)",
    "GENERATE_SERIES of days in FROM": "SELECT CAST(d AS DATE) AS x FROM GENERATE_SERIES(DATE '2024-01-01', "
    "DATE '2024-03-01', INTERVAL '1' MONTH) AS s(d)",
    "UNNEST(GENERATE_SERIES) in SELECT": "SELECT id, UNNEST(GENERATE_SERIES(1, id)) AS x FROM f",
    "UNNEST of a list in SELECT": "SELECT id, UNNEST([1, 2]) AS x FROM f",
    "LIST ordered": "SELECT grp, LIST(id ORDER BY id) AS x FROM f GROUP BY grp",
    "list[1]": "SELECT id, [10, 20][1] AS x FROM f",
    "LIST_CONTAINS": "SELECT id, LIST_CONTAINS([1, 2], id) AS x FROM f",
    "LIST_FILTER with a lambda": "SELECT id, LIST_FILTER([1, 2, 3], x -> x > id) AS x FROM f",
    "STRUCT, field read": "SELECT id, s.a AS x FROM (SELECT id, {'a': n} AS s FROM f) AS t",
    "MAX of a struct": "SELECT grp, MAX({'d': from_on, 'i': id}).i AS x FROM f GROUP BY grp",
    # text
    "||": "SELECT id, grp || '-' || id AS x FROM f",
    "CONCAT with a null": "SELECT id, CONCAT(grp, '-') AS x FROM f",
    "'' is not null": "SELECT id, COALESCE('', 'x') AS x FROM f",
    "'it''s' and a backslash": "SELECT 'it''s' AS x, 'a\\d' AS y FROM f",
    "æøå": "SELECT id, 'ældre på ø' AS x FROM f",
    'a quoted "identifier"': 'SELECT id AS "my id" FROM f',
    "PRINTF": "SELECT id, PRINTF('%04d', id) AS x FROM f",
    "LPAD": "SELECT id, LPAD(CAST(id AS VARCHAR), 4, '0') AS x FROM f",
    "SUBSTRING, LENGTH, UPPER": "SELECT id, SUBSTRING(grp, 1, 1) AS x, LENGTH(grp) AS y, UPPER(grp) AS z FROM f",
    "SPLIT_PART": "SELECT id, SPLIT_PART('a/b', '/', 2) AS x FROM f",
    "REGEXP_MATCHES": "SELECT id, REGEXP_MATCHES('ab12', '\\d+') AS x FROM f",
    "HASH, MD5": "SELECT id, MD5(grp) AS x FROM f",
    "CAST(date AS VARCHAR)": "SELECT id, CAST(from_on AS VARCHAR) AS x FROM f",
    "CAST(double AS VARCHAR)": "SELECT id, CAST(CAST(n AS DOUBLE) * 10000000 AS VARCHAR) AS x FROM f",
    "ORDER of letters": "SELECT MAX(x) AS x FROM (VALUES ('a'), ('B'), ('å')) AS v(x)",
    "ILIKE": "SELECT id, grp ILIKE 'A' AS x FROM f",
}


def plain(value: object) -> object:
    """Numbers of different width alike; a date and a timestamp are not the same."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | decimal.Decimal):
        return round(float(value), 9)
    if isinstance(value, list | tuple):
        return tuple(map(plain, value))
    if isinstance(value, datetime.timedelta | datetime.date):
        return value
    return str(value)


def rows(found: list) -> list:
    return sorted((tuple(plain(value) for value in row) for row in found), key=repr)


def main() -> None:
    facts = f"SELECT * FROM {FACTS}"
    duck = duckdb.connect()
    duck.execute(f"CREATE VIEW f AS {facts}")
    spark = spark_session()
    spark.sql(sqlglot.transpile(facts, read="duckdb", write="spark")[0]).createOrReplaceTempView("f")
    for name, text in PROBES.items():
        try:
            ours = rows(duck.execute(text).fetchall())
        except duckdb.Error as error:
            print(f"NOT DUCKDB  {name}: {str(error).splitlines()[0][:120]}")
            continue
        carried = ""
        try:
            carried = sqlglot.transpile(text, read="duckdb", write="spark")[0]
            theirs = rows([tuple(row) for row in spark.sql(carried).collect()])
        except Exception as error:
            print(f"REFUSED  {name}: {carried} | {str(error).splitlines()[0][:100]}")
            continue
        if ours == theirs:
            print(f"same     {name}")
        else:
            mine, other = next(((a, b) for a, b in zip(ours, theirs, strict=False) if a != b), (len(ours), len(theirs)))
            print(f"DIFFERS  {name}: {mine} / {other} | {carried}")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
