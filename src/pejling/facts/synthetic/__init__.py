"""Made-up facts: deliveries about nobody, whose true effects are known, to show and to test analyses on.

`recipe` says what people there are and what works for them; `plan` how many, when and from which seed; `lives` draws
the courses; `rows` cuts them into the contract's tables; `mistakes_in` adds rows that a delivery must refuse; `truth`
writes what is true of them; `synthesize` does it all.
"""
