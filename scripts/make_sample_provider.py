"""Write the sample provider of docs/samples/provider: positions, billed services, titles, codes.

The provider, its sites, its jobs and its money are made up for this project: three sites, 400
positions, twelve service codes. Nothing is drawn at random, so that the files are always the same.

    python scripts/make_sample_provider.py             # all files
    python scripts/make_sample_provider.py --no-codes  # without running socoder
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from socoder import Coder, Job
from socoder.cli import main as socoder

FOLDER = Path(__file__).parents[1] / "docs" / "samples" / "provider"
SITES = {"ELM": "Elm Street", "HAR": "Harbor Point", "PRA": "Prairie View"}
PROGRAMS = {
    "RES": "Residential",
    "DAY": "Day Services",
    "EMP": "Employment",
    "HOM": "In-Home Supports",
    "CAS": "Case Management",
    "BEH": "Behavior Supports",
    "PEE": "Peer Support",
    "TRA": "Transportation",
    "ADM": "Administration",
}

# The first line of a description, where a posting of such a program would have one.
SETTINGS = {
    "RES": "Works in a group home for adults with developmental disabilities.",
    "EMP": "Works in an employment program for adults with disabilities.",
    "HOM": "Visits people with disabilities in their own homes.",
}

# What the jobs do, and what share of the time (percent) each duty takes.
DUTIES: dict[str, tuple[tuple[str, int], ...]] = {
    "house_dsp": (
        ("Help residents bathe, dress, use the bathroom and move between bed and wheelchair", 45),
        ("Cook meals with residents, do laundry and keep the house clean", 25),
        ("Go along to the store, to church and to appointments and stay with the person", 20),
        ("Write notes of each shift and take part in house meetings", 10),
    ),
    "awake_night": (
        ("Stay awake overnight and check on each resident every hour", 50),
        ("Help residents turn in bed, use the bathroom and change clothes or bedding", 35),
        ("Clean the kitchen and start the laundry while residents sleep", 15),
    ),
    "house_manager": (
        ("Work shifts in the home: personal care, meals, outings with residents", 40),
        ("Live-in duty: keep the household running, settle conflicts, enforce house rules", 25),
        ("Write the staff schedule, train new staff and watch how they work", 25),
        ("Keep the petty cash and order groceries and supplies", 10),
    ),
    "residential_director": (
        ("Direct the group homes: set goals, budgets and staffing for all houses", 60),
        ("Hire, evaluate and discipline house managers", 25),
        ("Report to the state and answer licensing reviews", 15),
    ),
    "lpn": (
        ("Give medications and injections and change dressings ordered by physicians", 50),
        ("Take vital signs, watch for side effects and call the physician", 30),
        ("Train house staff to hand out medications and audit their records", 20),
    ),
    "rn": (
        ("Assess residents' health and write nursing care plans", 45),
        ("Delegate nursing tasks to staff, teach them and check their work", 30),
        ("Talk with physicians, hospitals and pharmacies about treatment changes", 25),
    ),
    "med_aide": (
        ("Hand out oral medications from the blister packs and record each dose", 60),
        ("Help residents wash, dress and eat", 30),
        ("Count the medication stock and report what is missing", 10),
    ),
    "house_cook": (
        ("Cook lunch and dinner for forty people by menu and diet card", 70),
        ("Clean the kitchen, store deliveries and check refrigerator temperatures", 30),
    ),
    "day_dsp": (
        ("Lead groups in crafts, music, games, gardening and exercise", 45),
        ("Take small groups to the library, the pool and volunteer sites", 25),
        ("Help participants eat lunch and use the bathroom", 20),
        ("Note attendance and progress on each person's goals", 10),
    ),
    "day_manager": (
        ("Direct the day program: plan services, budget and staffing, and set policy", 60),
        ("Hire, train and evaluate day program staff", 30),
        ("Meet families, licensing staff and the state about the program", 10),
    ),
    "activity_leader": (
        ("Plan the month's calendar of crafts, games, music and outings", 30),
        ("Lead activities and encourage each person to take part", 60),
        ("Order supplies and set up rooms", 10),
    ),
    "ot_aide": (
        ("Set up equipment and rooms for the occupational therapist's sessions", 50),
        ("Help participants practise exercises that the therapist has chosen", 30),
        ("Clean and repair splints, switches and adaptive equipment", 20),
    ),
    "work_trainer": (
        ("Teach groups to sort, pack and assemble contract orders and check the result", 50),
        ("Teach time keeping, following directions and working with others", 35),
        ("Record each person's hours, pieces and progress", 15),
    ),
    "job_coach": (
        ("Coach people at their workplace: learn the job, teach it step by step, fade out", 50),
        ("Assess interests and abilities and help people choose a job goal", 20),
        ("Visit employers, find openings and agree accommodations", 20),
        ("Write placement plans and progress reports", 10),
    ),
    "job_developer": (
        ("Call on employers to find openings for people with disabilities", 40),
        ("Assess work interests and skills and counsel people about careers", 35),
        ("Help people with applications and interviews and place them in jobs", 25),
    ),
    "work_crew": (
        ("Supervise a crew of workers with disabilities who clean offices under contract", 40),
        ("Clean offices, empty trash and mop floors along with the crew", 40),
        ("Drive the crew between buildings", 20),
    ),
    "home_aide": (
        ("Help a person at home to bathe, dress, eat and move about", 50),
        ("Prepare meals, shop and do light housekeeping for the person", 35),
        ("Keep the person company and report changes to the supervisor", 15),
    ),
    "home_health_aide": (
        ("Take pulse, temperature and blood pressure and record them for the nurse", 30),
        ("Give bed baths, change simple dressings and do range-of-motion exercises", 50),
        ("Help with meals and light housekeeping", 20),
    ),
    "respite": (
        ("Look after children and adults with disabilities while the family is away", 60),
        ("Help with meals, bathing and bedtime", 30),
        ("Play, read and go outside together", 10),
    ),
    "companion": (
        ("Keep a person company at home, go for walks and to appointments with them", 60),
        ("Remind the person of meals and medicines and help with light chores", 40),
    ),
    "service_coordinator": (
        ("Help families apply for Medicaid, food and housing benefits", 30),
        ("Arrange services, call providers and check that services were given", 45),
        ("Keep case files and prepare yearly plan meetings", 25),
    ),
    "social_worker": (
        ("Assess families' needs and counsel parents of children with disabilities", 45),
        ("Work with schools and child welfare on plans for the child", 35),
        ("Write assessments and court reports as a licensed social worker", 20),
    ),
    "behavior_technician": (
        ("Carry out behavior plans one to one under a behavior analyst", 60),
        ("Record behavior data in every session", 25),
        ("Step in safely when a person is in crisis", 15),
    ),
    "behavior_analyst": (
        ("Assess behavior and write behavior support plans", 50),
        ("Treat people with behavior therapy and change plans by the data", 30),
        ("Train and supervise behavior technicians", 20),
    ),
    "peer": (
        ("Share own lived experience of recovery to support people in mental health crisis", 45),
        ("Run mutual support groups", 30),
        ("Help people set recovery goals and find community resources", 25),
    ),
    "driver": (
        ("Drive a wheelchair van to programs, jobs and appointments on a fixed schedule", 75),
        ("Help riders in and out and fasten wheelchairs", 15),
        ("Inspect, fuel and clean the van", 10),
    ),
    "aide_driver": (
        ("Help participants eat, use the bathroom and move about during the program day", 50),
        ("Drive a wheelchair van to bring participants to the program and home", 50),
    ),
    "cook_driver": (
        ("Cook lunch for the program by menu and diet card", 55),
        ("Drive a van to fetch groceries and take participants home", 45),
    ),
    "custodian_driver": (
        ("Sweep, mop, empty trash and clean restrooms in the center", 50),
        ("Drive participants in a van between home and the center", 50),
    ),
    "dispatcher": (
        ("Plan van routes and schedule drivers", 50),
        ("Send drivers out by radio and change trips when riders call", 50),
    ),
    "billing_clerk": (
        ("Prepare and send claims to Medicaid and correct denials", 70),
        ("Post payments and reconcile accounts", 30),
    ),
    "office_clerk": (
        ("File records, copy, sort mail and type letters", 60),
        ("Answer the telephone and greet visitors", 40),
    ),
    "payroll": (
        ("Check time sheets and run the payroll every two weeks", 80),
        ("Answer staff questions about pay and deductions", 20),
    ),
    "hr": (
        ("Recruit staff, check references and explain benefits", 60),
        ("Advise supervisors on employee relations and labor law", 40),
    ),
    "trainer": (
        ("Teach new staff first aid, safe lifting, reporting of abuse and person-centered plans", 70),
        ("Plan the training calendar and write course materials", 30),
    ),
    "custodian": (
        ("Sweep, mop, empty trash and clean restrooms in the center", 80),
        ("Change bulbs, shovel snow and set up rooms", 20),
    ),
    "maintenance": (
        ("Repair plumbing, doors, walls and appliances in the homes", 80),
        ("Inspect smoke alarms and ramps", 20),
    ),
    "executive": (
        ("Set the organization's direction with the board and answer to it", 60),
        ("Direct the directors of programs and finance", 40),
    ),
    "finance": (
        ("Direct budgeting, accounting and financial reporting of the organization", 70),
        ("Manage the finance staff and the yearly audit", 30),
    ),
}  # fmt: skip


class Group(NamedTuple):
    """Positions that do the same work at one site: `wage` is dollars a year at full time."""

    site: str
    program: str
    suffix: str
    title: str
    duties: str
    headcount: int
    fte: float
    wage: int


GROUPS = (
    Group("ELM", "RES", "DSP", "Direct Support Professional", "house_dsp", 54, 48.5, 36400),
    Group("ELM", "RES", "NIGHT", "Overnight DSP", "awake_night", 14, 12.0, 35360),
    Group("ELM", "RES", "HM", "House Manager", "house_manager", 7, 7.0, 44720),
    Group("ELM", "RES", "DIR", "Director of Residential Services", "residential_director", 1, 1.0, 82000),
    Group("ELM", "RES", "LPN", "LPN", "lpn", 5, 4.0, 58240),
    Group("ELM", "RES", "RN", "Nurse", "rn", 2, 2.0, 84240),
    Group("ELM", "RES", "MED", "Medication Aide", "med_aide", 6, 5.5, 37440),
    Group("ELM", "DAY", "DSP", "Direct Support Professional", "day_dsp", 18, 15.5, 34320),
    Group("ELM", "DAY", "MGR", "Day Program Manager", "day_manager", 2, 2.0, 56160),
    Group("ELM", "DAY", "COOK", "Cook", "house_cook", 3, 2.5, 34320),
    Group("ELM", "DAY", "OTA", "OT Aide", "ot_aide", 2, 1.5, 35360),
    Group("ELM", "EMP", "COACH", "Job Coach", "job_coach", 8, 7.0, 40560),
    Group("ELM", "EMP", "WORK", "Work Skills Trainer", "work_trainer", 6, 5.5, 37440),
    Group("ELM", "CAS", "COORD", "Program Specialist", "service_coordinator", 9, 9.0, 45760),
    Group("ELM", "BEH", "TECH", "Behavior Technician", "behavior_technician", 9, 7.5, 41600),
    Group("ELM", "BEH", "BCBA", "Behavior Analyst", "behavior_analyst", 2, 2.0, 79040),
    Group("ELM", "TRA", "DRIVE", "Van Driver", "driver", 7, 5.5, 36400),
    Group("ELM", "TRA", "DISP", "Transportation Dispatcher", "dispatcher", 1, 1.0, 41600),
    Group("ELM", "ADM", "EXEC", "Executive Director", "executive", 1, 1.0, 142000),
    Group("ELM", "ADM", "FIN", "Finance Director", "finance", 1, 1.0, 108000),
    Group("ELM", "ADM", "BILL", "Billing Clerk", "billing_clerk", 4, 4.0, 42640),
    Group("ELM", "ADM", "PAY", "Payroll Clerk", "payroll", 2, 2.0, 47840),
    Group("ELM", "ADM", "HR", "HR Generalist", "hr", 3, 3.0, 60320),
    Group("ELM", "ADM", "TRAIN", "Staff Development Specialist", "trainer", 2, 2.0, 54080),
    Group("ELM", "ADM", "CLERK", "Office Assistant", "office_clerk", 4, 3.5, 36400),
    Group("ELM", "ADM", "MAINT", "Maintenance Worker", "maintenance", 4, 4.0, 43680),
    Group("HAR", "RES", "DSP", "Direct Support Professional", "house_dsp", 38, 34.0, 37440),
    Group("HAR", "RES", "NIGHT", "Overnight DSP", "awake_night", 9, 8.0, 36400),
    Group("HAR", "RES", "HM", "House Manager", "house_manager", 5, 5.0, 45760),
    Group("HAR", "RES", "LPN", "LPN", "lpn", 3, 2.5, 59280),
    Group("HAR", "DAY", "DSP", "Direct Support Professional", "day_dsp", 14, 12.0, 35360),
    Group("HAR", "DAY", "ACT", "Program Specialist", "activity_leader", 6, 5.0, 37440),
    Group("HAR", "DAY", "CUST", "Custodian", "custodian", 3, 2.0, 33280),
    Group("HAR", "DAY", "CLEAN", "Custodian / Van Driver", "custodian_driver", 2, 1.5, 34320),
    Group("HAR", "EMP", "COACH", "Employment Specialist", "job_coach", 7, 6.5, 42640),
    Group("HAR", "EMP", "DEV", "Job Developer", "job_developer", 4, 4.0, 46800),
    Group("HAR", "EMP", "CREW", "Work Crew Supervisor", "work_crew", 5, 4.5, 38480),
    Group("HAR", "HOM", "AIDE", "Direct Support Professional", "home_aide", 16, 11.5, 34320),
    Group("HAR", "HOM", "RESP", "Respite Worker", "respite", 8, 4.0, 33280),
    Group("HAR", "HOM", "COMP", "Companion", "companion", 5, 3.0, 32240),
    Group("HAR", "PEE", "PEER", "Peer Support Specialist", "peer", 7, 6.0, 41600),
    Group("HAR", "TRA", "DRIVE", "Van Driver", "driver", 6, 4.5, 37440),
    Group("HAR", "ADM", "CLERK", "Office Assistant", "office_clerk", 3, 2.5, 37440),
    Group("PRA", "RES", "DSP", "Direct Support Professional", "house_dsp", 22, 19.0, 35360),
    Group("PRA", "RES", "NIGHT", "Overnight DSP", "awake_night", 6, 5.0, 34320),
    Group("PRA", "RES", "HM", "House Manager", "house_manager", 3, 3.0, 43680),
    Group("PRA", "DAY", "DSP", "Direct Support Professional", "day_dsp", 8, 6.5, 33280),
    Group("PRA", "DAY", "AIDE", "DSP / Van Driver", "aide_driver", 2, 2.0, 34320),
    Group("PRA", "DAY", "COOK", "Cook/Driver", "cook_driver", 1, 1.0, 33280),
    Group("PRA", "EMP", "COACH", "Direct Support Professional", "job_coach", 6, 5.0, 37440),
    Group("PRA", "HOM", "AIDE", "Direct Support Professional", "home_aide", 12, 8.5, 33280),
    Group("PRA", "HOM", "HHA", "Home Health Aide", "home_health_aide", 5, 3.5, 34320),
    Group("PRA", "HOM", "RESP", "Respite Worker", "respite", 4, 2.0, 32240),
    Group("PRA", "CAS", "SW", "Family Social Worker", "social_worker", 5, 5.0, 57200),
    Group("PRA", "TRA", "DRIVE", "Van Driver", "driver", 5, 3.5, 34320),
    Group("PRA", "ADM", "SPEC", "Program Specialist", "office_clerk", 3, 3.0, 36400),
)  # fmt: skip


class Billed(NamedTuple):
    """Billed in the year 2025: `rate` is cents a unit; a negative number of units is money that
    the payer took back."""

    claim: str
    code: str
    modifier: str
    program: str
    site: str
    group: str
    units: int
    rate: int
    allocation: str = ""


SERVICES = (
    Billed("A-001", "T2016", "U2", "Residential", "Elm Street", "", 19710, 23864),
    Billed("A-002", "T2016", "U2", "Residential", "Harbor Point", "", 13505, 24112),
    Billed("A-003", "T2016", "U1", "Residential", "Prairie View", "", 7665, 22690),
    Billed("A-004", "T2021", "", "Day Services", "Elm Street", "", 168480, 512),
    Billed("A-005", "T2021", "", "Day Services", "Harbor Point", "", 140400, 512),
    Billed("A-006", "T2021", "HQ", "Day Services", "Prairie View", "", 62400, 437),
    Billed("A-007", "T2015", "", "Employment", "Elm Street", "ELM-EMP-WORK", 9360, 2915),
    Billed("A-008", "H2023", "", "Employment", "Elm Street", "ELM-EMP-COACH", 22880, 1388),
    Billed("A-009", "H2023", "", "Employment", "Harbor Point", "", 33280, 1412,
           "HAR-EMP-COACH:55%|HAR-EMP-DEV:35%|HAR-EMP-CREW:10%"),
    Billed("A-010", "H2023", "", "Employment", "Prairie View", "", 16640, 1350),
    Billed("A-011", "H2025", "", "Employment", "Elm Street", "ELM-EMP-COACH", 9984, 1121),
    Billed("A-012", "H2025", "HQ", "Employment", "Harbor Point", "HAR-EMP-CREW", 24960, 698),
    Billed("A-013", "S5125", "", "In-Home Supports", "Harbor Point", "HAR-HOM-AIDE", 83200, 621),
    Billed("A-014", "S5125", "", "In-Home Supports", "Prairie View", "", 70720, 604),
    Billed("A-015", "S5135", "", "In-Home Supports", "Harbor Point", "HAR-HOM-COMP", 20800, 498),
    Billed("A-016", "S5150", "", "In-Home Supports", "Harbor Point", "HAR-HOM-RESP", 27040, 535),
    Billed("A-017", "S5150", "", "In-Home Supports", "Prairie View", "PRA-HOM-RESP", 13520, 535),
    Billed("A-018", "T1017", "", "Case Management", "Elm Street", "", 41600, 1874),
    Billed("A-019", "T1017", "HO", "Case Management", "Prairie View", "", 20800, 2230),
    Billed("A-020", "97153", "HM", "Behavior Supports", "Elm Street", "", 37440, 1455,
           "ELM-BEH-TECH:90%|ELM-BEH-BCBA:10%"),
    Billed("A-021", "H0038", "", "Peer Support", "Harbor Point", "", 24960, 1297),
    Billed("A-022", "H0038", "HQ", "Peer Support", "Harbor Point", "", 18720, 412),
    Billed("A-023", "T2003", "", "Transportation", "Elm Street", "", 21840, 1450),
    Billed("A-024", "T2003", "", "Transportation", "Harbor Point", "", 18720, 1450),
    Billed("A-025", "T2003", "", "Transportation", "Prairie View", "", 11440, 1610),
    # What a real file has as well: money taken back, a claim sent twice, a code left out, a program
    # that nobody works in.
    Billed("A-026", "T2016", "U2", "Residential", "Harbor Point", "", -37, 24112),
    Billed("A-016", "S5150", "", "In-Home Supports", "Harbor Point", "HAR-HOM-RESP", 27040, 535),
    Billed("A-027", "", "", "Day Services", "Elm Street", "", 1204, 512),
    Billed("A-028", "T2021", "", "Summer Camp", "Prairie View", "", 2880, 437),
)  # fmt: skip

# What a reviewer of the sample decided after reading the duties; the other open groups stay open.
DECISIONS = {
    "ELM-RES-DSP": "31-1122", "ELM-RES-HM": "39-9041", "HAR-RES-HM": "39-9041",
    "ELM-RES-NIGHT": "31-1122", "HAR-RES-DSP": "31-1122",
    "ELM-DAY-DSP": "39-9032", "HAR-DAY-DSP": "39-9032", "ELM-EMP-COACH": "21-1015",
    "ELM-EMP-WORK": "21-1093", "HAR-EMP-COACH": "21-1015", "HAR-EMP-DEV": "21-1015", "PRA-EMP-COACH": "21-1015", "HAR-HOM-AIDE": "31-1122",
    "ELM-CAS-COORD": "21-1093", "HAR-DAY-ACT": "39-9032", "PRA-ADM-SPEC": "43-9061",
    "HAR-PEE-PEER": "21-1099",
}  # fmt: skip


def description(program: str, duties: str) -> str:
    """The duties as a posting would list them."""
    opening = [SETTINGS[program], ""] if program in SETTINGS else []
    listed = [f"- {text} ({share}%)" for text, share in DUTIES[duties]]
    return "\n".join([*opening, "Duties", *listed])


def positions() -> list[dict[str, Any]]:
    """One row for each group of positions."""
    return [
        {
            "position_group": f"{group.site}-{group.program}-{group.suffix}",
            "title": group.title,
            "site": SITES[group.site],
            "program": PROGRAMS[group.program],
            "headcount": group.headcount,
            "fte": f"{group.fte:g}",
            "annual_wage": group.wage,
            "description": description(group.program, group.duties),
        }
        for group in GROUPS
    ]


def services() -> list[dict[str, Any]]:
    """One row for each billed service; the amount is units times rate, to the cent."""
    return [
        {
            "claim": row.claim,
            "service_code": row.code,
            "modifier": row.modifier,
            "program": row.program,
            "site": row.site,
            "position_group": row.group,
            "units": row.units,
            "amount": f"{row.units * row.rate / 100:.2f}",
            "allocation": row.allocation,
        }
        for row in SERVICES
    ]


def titles() -> list[dict[str, Any]]:
    """The job titles of the provider, each with its site and duties: the input of a title map."""
    keep = ("title", "site", "program", "headcount", "description")
    return [{name: row[name] for name in keep} for row in positions()]


def code_positions(folder: Path) -> None:
    """`socoder bulk positions.csv -o coded.csv`, as its user would."""
    target = folder / "coded.csv"
    target.unlink(missing_ok=True)
    status = socoder([
        "bulk", str(folder / "positions.csv"), "-o", str(target),
        "--title-column", "title", "--description-column", "description",
    ])  # fmt: skip
    if status:
        raise SystemExit(status)
    for more in ("rejects.csv", "summary.json"):
        (folder / f"coded.csv.{more}").unlink(missing_ok=True)


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def reviewed(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The coded positions with the reviewer's decisions (`soc_final_code`, status "reviewed"), and
    the duties as the coding placed them (`soc_material`), so that no report has to code again."""
    coder = Coder.load()
    jobs = [
        Job(title=row["title"], text=row["description"], department=row["program"]) for row in rows
    ]
    found = []
    for row, coding in zip(rows, coder.code_batch(jobs), strict=True):
        decision = DECISIONS.get(row["position_group"], "")
        settled = decision or (row["soc_code"] if row["soc_status"] == "accepted" else "")
        duties = [
            {"text": duty.text, "time_share": round(duty.time_share, 6), "soc_code": duty.soc_code}
            for duty in coding.duties
        ]
        found.append(
            {
                **row,
                "soc_status": "reviewed" if decision else row["soc_status"],
                "soc_final_code": settled,
                "soc_material": json.dumps(duties, ensure_ascii=False),
            }
        )
    return found


def write(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write the rows as CSV with the columns of the first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(folder: Path = FOLDER, codes: bool = True) -> None:
    """Write all files into the folder; with `codes`, those that socoder makes as well."""
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "positions.csv", positions())
    write(folder / "services.csv", services())
    write(folder / "titles.csv", titles())
    if codes:
        code_positions(folder)
        write(folder / "reviewed.csv", reviewed(read(folder / "coded.csv")))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--no-codes", action="store_true", help="do not run socoder")
    given = parser.parse_args()
    main(given.folder, not given.no_codes)
