"""Which titles of a sheet are taken for which column, and which are left for a person to decide."""

import pytest

from exchange.headings import Headings
from unions.resources import UnionExchange
from workers.resources import WorkerExchange

ROLL, UNIONS = Headings(WorkerExchange), Headings(UnionExchange)


@pytest.mark.parametrize(
    ("title", "attribute"),
    [
        ("身份证", "number"),
        ("身份证号", "number"),
        ("身份证号码（18位）", "number"),
        ("*公民身份号码", "number"),
        ("居民身份证号", "number"),
        ("证件号码\n（请按文本填写）", "number"),
        ("有效身份证件号码：", "number"),
        ("职工 姓名", "name"),
        ("姓  名", "name"),
        ("手机", "phone"),
        ("联系方式", "phone"),
        ("联系电话（手机）", "phone"),
        ("电话", "phone"),
        ("出生年月", "birth_date"),
        ("文化程度", "education"),
        ("最高学历", "education"),
        ("入会时间", "on"),
        ("单位", "employer"),
        ("公司名称", "employer"),
        ("企业全称", "employer"),
        ("户籍地址", "household_place"),
        ("政治面目", "political"),
        ("员工号", "staff_number"),
        ("进厂日期", "start"),
        ("岗位名称", "occupation"),
        ("是否属于农民工", "is_migrant"),
    ],
)
def test_common_titles_of_the_roll_are_known(title, attribute):
    assert ROLL.attribute(title) == attribute


@pytest.mark.parametrize(
    "title",
    [
        "紧急联系电话", "紧急联系人", "联系电话（紧急联系人）", "紧急联系人 电话", "配偶姓名", "配偶身份证号", "家属姓名",
        "家庭住址", "家庭电话", "办公电话", "固定电话", "通讯地址", "现住址", "职称", "职务", "部门", "参加工作时间", "合同起始日期",
        "入党时间", "毕业院校", "介绍人姓名", "法定代表人", "姓名拼音", "曾用名", "开户银行", "银行卡号", "社保卡号", "会员卡号", "备注",
    ],
)  # fmt: skip
def test_titles_of_something_else_are_left_to_a_person(title):
    assert ROLL.attribute(title) is None


@pytest.mark.parametrize("group", ["紧急联系人", "配偶信息", "家庭成员", "入会介绍人"])
@pytest.mark.parametrize("title", ["姓名", "电话", "身份证号", "联系方式"])
def test_a_title_below_a_heading_about_somebody_else_is_not_the_workers(group, title):
    assert ROLL.attribute(title, group) is None


@pytest.mark.parametrize("group", ["基本信息", "会员信息", "职工个人情况"])
def test_other_headings_above_a_title_do_not_matter(group):
    assert ROLL.attribute("身份证号", group) == "number"


@pytest.mark.parametrize(
    ("title", "attribute"),
    [
        ("企业名称", "name"),
        ("公司全称", "name"),
        ("工会全称", "union_name"),
        ("工会主席姓名", "head_name"),
        ("工会主席电话", "head_phone"),
        ("工会成立时间", "founded_on"),
        ("员工人数", "employees"),
        ("工会会员人数", "declared_members"),
        ("所属上级工会", "parent"),
        ("企业统一社会信用代码", "credit_code"),
        ("工会法人统一社会信用代码", "union_code"),
        ("单位法人和其他组织统一社会信用代码", "credit_code"),
    ],
)
def test_common_titles_of_the_unions_are_known(title, attribute):
    assert UNIONS.attribute(title) == attribute


@pytest.mark.parametrize(
    "title", ["统一社会信用代码", "成立时间", "法定代表人", "法人电话", "邮编", "经办人电话"]
)
def test_a_code_that_may_be_the_firms_or_the_unions_is_not_guessed(title):
    assert UNIONS.attribute(title) is None
